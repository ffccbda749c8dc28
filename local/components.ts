import { randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import type { ClusterPki, PairFiles } from "./pki";
import { componentKubeconfig, writePrivate, type Layout } from "./directory";
import type { Ports } from "./ports";

/** One of the control plane's processes. */
export interface Component {
  /** Its name, which is also the name of its program. */
  readonly name: string;
  readonly args: readonly string[];
  /** The certificate that it presents to the API server; undefined for the API server itself and for its database. */
  readonly identity?: PairFiles;
}

const stagesFile = join(__dirname, "stages.yaml");

export const componentNames = [
  "etcd",
  "kube-apiserver",
  "kube-controller-manager",
  "kube-scheduler",
  "kwok",
] as const;

/** Returns the processes in their starting order; each names the control plane's directory in its arguments. */
export function components(layout: Layout, pki: ClusterPki, ports: Ports): readonly Component[] {
  return [
    etcd(layout, pki, ports),
    apiserver(layout, pki, ports),
    controllerManager(layout, pki),
    scheduler(layout, pki),
    kwok(layout, pki),
  ];
}

function etcd(layout: Layout, pki: ClusterPki, ports: Ports): Component {
  const client = `https://127.0.0.1:${ports.etcdClient}`;
  const peer = `https://127.0.0.1:${ports.etcdPeer}`;
  return {
    name: "etcd",
    args: [
      `--data-dir=${layout.etcdData}`,
      "--name=local",
      `--listen-client-urls=${client}`,
      `--advertise-client-urls=${client}`,
      `--listen-peer-urls=${peer}`,
      `--initial-advertise-peer-urls=${peer}`,
      `--initial-cluster=local=${peer}`,
      "--client-cert-auth=true",
      `--trusted-ca-file=${pki.etcdCa}`,
      `--cert-file=${pki.etcdServer.certificate}`,
      `--key-file=${pki.etcdServer.key}`,
      "--peer-client-cert-auth=true",
      `--peer-trusted-ca-file=${pki.etcdCa}`,
      `--peer-cert-file=${pki.etcdServer.certificate}`,
      `--peer-key-file=${pki.etcdServer.key}`,
      // Data survives a killed etcd without fsync; this throw-away cluster would be lost only in a power failure.
      "--unsafe-no-fsync=true",
      "--log-level=warn",
    ],
  };
}

function apiserver(layout: Layout, pki: ClusterPki, ports: Ports): Component {
  return {
    name: "kube-apiserver",
    args: [
      "--bind-address=127.0.0.1",
      `--secure-port=${ports.apiserver}`,
      "--advertise-address=127.0.0.1",
      // The Service "kubernetes" must not point to a loopback address, and nothing here would use it.
      "--endpoint-reconciler-type=none",
      `--tls-cert-file=${pki.apiserver.certificate}`,
      `--tls-private-key-file=${pki.apiserver.key}`,
      `--client-ca-file=${pki.ca}`,
      "--anonymous-auth=false",
      "--authorization-mode=RBAC",
      `--etcd-servers=https://127.0.0.1:${ports.etcdClient}`,
      `--etcd-cafile=${pki.etcdCa}`,
      `--etcd-certfile=${pki.etcdClient.certificate}`,
      `--etcd-keyfile=${pki.etcdClient.key}`,
      `--encryption-provider-config=${layout.encryption}`,
      "--service-account-issuer=https://kubernetes.default.svc",
      `--service-account-key-file=${pki.serviceAccount.publicKey}`,
      `--service-account-signing-key-file=${pki.serviceAccount.key}`,
      "--service-cluster-ip-range=10.96.0.0/16",
      // It would refuse pods until the controller manager has created their account, for a token that nobody reads.
      "--disable-admission-plugins=ServiceAccount",
      "--allow-privileged=true",
      "--profiling=false",
    ],
  };
}

// No port: nobody scrapes a local cluster, and a process that does not listen needs no protection.
const unserved = ["--leader-elect=false", "--secure-port=0", "--profiling=false"];
const unthrottled = ["--kube-api-qps=300", "--kube-api-burst=600"];

function controllerManager(layout: Layout, pki: ClusterPki): Component {
  const name = "kube-controller-manager";
  return {
    name,
    identity: pki.controllerManager,
    args: [
      `--kubeconfig=${componentKubeconfig(layout, name)}`,
      `--root-ca-file=${pki.ca}`,
      `--service-account-private-key-file=${pki.serviceAccount.key}`,
      // Each controller works with its own, narrow rights, as in a real cluster.
      "--use-service-account-credentials=true",
      ...unserved,
      ...unthrottled,
    ],
  };
}

function scheduler(layout: Layout, pki: ClusterPki): Component {
  const name = "kube-scheduler";
  return {
    name,
    identity: pki.scheduler,
    args: [`--kubeconfig=${componentKubeconfig(layout, name)}`, ...unserved, ...unthrottled],
  };
}

function kwok(layout: Layout, pki: ClusterPki): Component {
  return {
    name: "kwok",
    identity: pki.kwok,
    args: [
      `--kubeconfig=${componentKubeconfig(layout, "kwok")}`,
      `--config=${stagesFile}`,
      "--manage-all-nodes=true",
      // Without a lease, the node counts as lost after 40 s, and then every wait for a pod times out.
      "--node-lease-duration-seconds=40",
    ],
  };
}

/** Writes a self-contained kubeconfig, which can be copied elsewhere. */
export function writeKubeconfig(file: string, server: string, ca: string, user: PairFiles): void {
  const name = "countersign-local";
  const embedded = (path: string): string => readFileSync(path).toString("base64");
  const kubeconfig = {
    apiVersion: "v1",
    kind: "Config",
    "current-context": name,
    contexts: [{ name, context: { cluster: name, user: name } }],
    clusters: [{ name, cluster: { server, "certificate-authority-data": embedded(ca) } }],
    users: [
      {
        name,
        user: {
          "client-certificate-data": embedded(user.certificate),
          "client-key-data": embedded(user.key),
        },
      },
    ],
  };
  // Folded lines would be valid too, but are hard to copy by hand.
  writePrivate(file, stringify(kubeconfig, { lineWidth: 0 }));
}

/**
 * Writes the configuration of the API server's encryption at rest
 * (kubernetes.io/docs/tasks/administer-cluster/encrypt-data), with this control plane's own key, unless it exists. With
 * it, etcd's files contain no unencrypted Secret, and so no private key.
 *
 * `identity` lets the API server read what an earlier version has stored without encryption.
 */
export function ensureEncryption(file: string): void {
  if (existsSync(file)) return;
  const secret = randomBytes(32).toString("base64");
  const providers = [{ secretbox: { keys: [{ name: "local", secret }] } }, { identity: {} }];
  const configuration = {
    apiVersion: "apiserver.config.k8s.io/v1",
    kind: "EncryptionConfiguration",
    resources: [{ resources: ["secrets"], providers }],
  };
  writePrivate(file, JSON.stringify(configuration));
}
