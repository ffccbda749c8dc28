// The library resolves its parts through decorators, which need this import before the library is loaded.
import "reflect-metadata";
import { webcrypto } from "node:crypto";
import { existsSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509CertificateGenerator,
  type Extension,
  type X509Certificate,
} from "@peculiar/x509";
import { privateDirectory, writePrivate } from "./directory";

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

/** A certificate and its key, as PEM files. */
export interface PairFiles {
  readonly certificate: string;
  readonly key: string;
}

/** A public and a private key, as PEM files. */
interface KeyFiles {
  readonly publicKey: string;
  readonly key: string;
}

const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;
// Longer than anyone keeps a local cluster, since its certificates are never renewed and are deleted with it.
const validDays = 3650;
const loopback = new SubjectAlternativeNameExtension([
  { type: "dns", value: "localhost" },
  { type: "ip", value: "127.0.0.1" },
]);

/** A certificate authority that exists only while the PKI is written: its key is never stored. */
class Authority {
  private constructor(
    private readonly certificate: X509Certificate,
    private readonly signingKey: webcrypto.CryptoKey,
  ) {}

  static async create(name: string): Promise<Authority> {
    const keys = await generateKeys();
    const certificate = await X509CertificateGenerator.createSelfSigned(
      {
        name: `CN=${name}`,
        keys,
        signingAlgorithm: algorithm,
        ...validity(),
        extensions: [
          new BasicConstraintsExtension(true, 0, true),
          new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
          await SubjectKeyIdentifierExtension.create(keys.publicKey, false, webcrypto),
        ],
      },
      webcrypto,
    );
    return new Authority(certificate, keys.privateKey);
  }

  get pem(): string {
    return `${this.certificate.toString("pem")}\n`;
  }

  /** Issues a server's certificate, which is also valid for a client, since members of etcd connect to each other. */
  async issueServer(subject: string, files: PairFiles): Promise<void> {
    const usages = [ExtendedKeyUsage.serverAuth, ExtendedKeyUsage.clientAuth];
    await this.issue(subject, files, [new ExtendedKeyUsageExtension(usages), loopback]);
  }

  async issueClient(subject: string, files: PairFiles): Promise<void> {
    await this.issue(subject, files, [
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.clientAuth]),
    ]);
  }

  private async issue(subject: string, files: PairFiles, extra: Extension[]): Promise<void> {
    const keys = await generateKeys();
    const certificate = await X509CertificateGenerator.create(
      {
        subject,
        issuer: this.certificate.subject,
        publicKey: keys.publicKey,
        signingKey: this.signingKey,
        signingAlgorithm: algorithm,
        ...validity(),
        extensions: [
          new BasicConstraintsExtension(false, undefined, true),
          new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
          await AuthorityKeyIdentifierExtension.create(this.certificate, false, webcrypto),
          ...extra,
        ],
      },
      webcrypto,
    );
    writePrivate(files.certificate, `${certificate.toString("pem")}\n`);
    writePrivate(files.key, await privatePem(keys.privateKey));
  }
}

/** Writes a new key pair that needs no certificate. */
async function writeKeys(files: KeyFiles): Promise<void> {
  const keys = await generateKeys();
  writePrivate(files.key, await privatePem(keys.privateKey));
  const spki = await webcrypto.subtle.exportKey("spki", keys.publicKey);
  writePrivate(files.publicKey, pem("PUBLIC KEY", spki));
}

function validity(): { notBefore: Date; notAfter: Date } {
  const now = Date.now();
  // A minute in the past, for containers whose clocks are slightly behind.
  return { notBefore: new Date(now - 60_000), notAfter: new Date(now + validDays * 86_400_000) };
}

function generateKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
}

async function privatePem(key: webcrypto.CryptoKey): Promise<string> {
  return pem("PRIVATE KEY", await webcrypto.subtle.exportKey("pkcs8", key));
}

function pem(label: string, der: ArrayBuffer): string {
  const lines =
    Buffer.from(der)
      .toString("base64")
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join("\n")}\n-----END ${label}-----\n`;
}
