import { readFileSync, writeFileSync } from "node:fs";
import { openssl, type KeyOptions } from "../openssl";

/** A key and its certificate, with the certificates of the CAs above it except the root. */
export interface Issued {
  /** Path of its files, without their extensions. */
  readonly path: string;
  readonly privateKeyPem: string;
  readonly certificatePem: string;
  readonly chainPem: string;
}

/** Options that differ between certificates. */
export interface IssueOptions {
  readonly subject: string;
  /** @default - self-signed */
  readonly ca?: Issued;
  /** Lines of an extension section of openssl.cnf. */
  readonly extensions: readonly string[];
}

export const CA = ["basicConstraints=critical,CA:TRUE", "keyUsage=critical,keyCertSign"];
export const LEAF = [
  "basicConstraints=critical,CA:FALSE",
  "keyUsage=critical,digitalSignature",
  "extendedKeyUsage=serverAuth,clientAuth",
];

/** Issues a certificate for a new key, with the openssl command. */
export async function issue(
  path: string,
  key: KeyOptions,
  { subject, ca, extensions }: IssueOptions,
): Promise<Issued> {
  const configuration = `${path}.cnf`;
  writeFileSync(
    configuration,
    ["[req]", "distinguished_name=dn", "[dn]", "[x]", ...extensions, ""].join("\n"),
  );
  await openssl("genpkey", ...key, "-out", `${path}.key`);
  const signer = ca === undefined ? [] : ["-CA", `${ca.path}.crt`, "-CAkey", `${ca.path}.key`];
  const own = ["-key", `${path}.key`, "-subj", subject, "-days", "2", "-sha256", ...signer];
  const files = ["-config", configuration, "-extensions", "x", "-out", `${path}.crt`];
  await openssl("req", "-x509", ...own, ...files);
  const certificatePem = readFileSync(`${path}.crt`, "utf8");
  const isRoot = ca === undefined;
  return {
    path,
    privateKeyPem: readFileSync(`${path}.key`, "utf8"),
    certificatePem,
    chainPem: isRoot ? "" : certificatePem + ca.chainPem,
  };
}
