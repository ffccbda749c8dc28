import { existsSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Authority, writeKeys, type KeyFiles, type PairFiles } from "./authority";
import { privateDirectory, writePrivate } from "./files";

/** The cluster's own PKI, as the files that its processes read. */
export interface ClusterPki {
  readonly ca: string;
  readonly apiserver: PairFiles;
  readonly admin: PairFiles;
  readonly controllerManager: PairFiles;
  readonly scheduler: PairFiles;
  readonly kwok: PairFiles;
  readonly serviceAccount: KeyFiles;
  /** etcd trusts its own CA: a cluster user's certificate must not give access to the database. */
  readonly etcdCa: string;
  readonly etcdServer: PairFiles;
  readonly etcdClient: PairFiles;
}

export function pkiFiles(directory: string): ClusterPki {
  const file = (name: string): string => join(directory, name);
  const pair = (name: string): PairFiles => ({
    certificate: file(`${name}.crt`),
    key: file(`${name}.key`),
  });
  return {
    ca: file("ca.crt"),
    apiserver: pair("apiserver"),
    admin: pair("admin"),
    controllerManager: pair("kube-controller-manager"),
    scheduler: pair("kube-scheduler"),
    kwok: pair("kwok"),
    serviceAccount: { publicKey: file("service-account.pub"), key: file("service-account.key") },
    etcdCa: file("etcd-ca.crt"),
    etcdServer: pair("etcd-server"),
    etcdClient: pair("etcd-client"),
  };
}

/** Returns the PKI in this directory, and creates it if it does not exist; it appears complete or not at all. */
export async function ensurePki(directory: string): Promise<ClusterPki> {
  if (!existsSync(directory)) {
    const temporary = `${directory}.new`;
    rmSync(temporary, { recursive: true, force: true });
    privateDirectory(temporary);
    await writePki(pkiFiles(temporary));
    renameSync(temporary, directory);
  }
  return pkiFiles(directory);
}

async function writePki(files: ClusterPki): Promise<void> {
  const cluster = await Authority.create("countersign-local");
  const etcd = await Authority.create("countersign-local-etcd");
  const masters = "O=system:masters";
  writePrivate(files.ca, cluster.pem);
  writePrivate(files.etcdCa, etcd.pem);
  await Promise.all([
    cluster.issueServer("CN=kube-apiserver", files.apiserver),
    cluster.issueClient(`CN=admin,${masters}`, files.admin),
    cluster.issueClient("CN=system:kube-controller-manager", files.controllerManager),
    cluster.issueClient("CN=system:kube-scheduler", files.scheduler),
    cluster.issueClient(`CN=kwok,${masters}`, files.kwok),
    etcd.issueServer("CN=etcd", files.etcdServer),
    etcd.issueClient("CN=kube-apiserver", files.etcdClient),
    writeKeys(files.serviceAccount),
  ]);
}
