// The library resolves its parts through decorators, which need this import before the library is loaded.
import "reflect-metadata";
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
import { webcrypto } from "node:crypto";
import { writePrivate } from "./files";

/** A certificate and its key, as PEM files. */
export interface PairFiles {
  readonly certificate: string;
  readonly key: string;
}

/** A public and a private key, as PEM files. */
export interface KeyFiles {
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
export class Authority {
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
export async function writeKeys(files: KeyFiles): Promise<void> {
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
