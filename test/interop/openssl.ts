import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { workbench } from "../integration/workbench";
import type { Pair } from "./consortium";
import { Server, output, run, type Finished } from "./process";

/** Configuration that is the same wherever the tests run, unlike a machine's own openssl.cnf. */
const CONFIGURATION = `
[req]
prompt = no
distinguished_name = dn
utf8 = yes
[dn]
[ca]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[leaf]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = serverAuth, clientAuth
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
`;

/** Options of `openssl genpkey` for a key. */
export type KeyOptions = readonly string[];
export const P256: KeyOptions = ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"];
export const RSA_4096: KeyOptions = ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:4096"];

/** Runs `openssl`, which must succeed. @returns its output. */
export function openssl(...args: string[]): Promise<string> {
  return output("openssl", args);
}

/** Creates a CA by hand, like an organization's existing one: a new key and its certificate. */
export async function handmadeCa(name: string, subject: string, key: KeyOptions): Promise<Pair> {
  const { folder, configuration, pair } = await files(name);
  await openssl("genpkey", ...key, "-out", pair.key);
  const request = ["-new", "-x509", "-key", pair.key, "-subj", subject, "-days", "3650", "-sha256"];
  await openssl(
    "req",
    ...request,
    "-config",
    configuration,
    "-extensions",
    "ca",
    "-out",
    join(folder, "tls.crt"),
  );
  return pair;
}

export interface LeafOptions {
  /** Validity in days. @default 1 */
  readonly days?: number;
  /** SANs. @default - none */
  readonly dnsNames?: readonly string[];
}

/** Creates a certificate by hand, for a client or a server. */
export async function handmadeLeaf(
  name: string,
  subject: string,
  ca: Pair,
  { days = 1, dnsNames = [] }: LeafOptions = {},
): Promise<Pair> {
  const { folder, configuration, pair } = await files(name);
  if (dnsNames.length > 0) {
    // The leaf's section is the last one of the configuration.
    const names = dnsNames.map((dnsName) => `DNS:${dnsName}`).join(",");
    appendFileSync(configuration, `subjectAltName = ${names}\n`);
  }
  const request = join(folder, "request.csr");
  await openssl("genpkey", ...P256, "-out", pair.key);
  await openssl(
    "req",
    "-new",
    "-key",
    pair.key,
    "-subj",
    subject,
    "-config",
    configuration,
    "-out",
    request,
  );
  const signing = [
    "-CA",
    ca.certificate,
    "-CAkey",
    ca.key,
    "-CAcreateserial",
    "-days",
    String(days),
    "-sha256",
  ];
  const extensions = ["-extfile", configuration, "-extensions", "leaf"];
  await openssl(
    "x509",
    "-req",
    "-in",
    request,
    ...signing,
    ...extensions,
    "-out",
    pair.certificate,
  );
  return pair;
}

async function files(name: string) {
  const { directory } = await workbench();
  const folder = join(directory, `handmade-${process.pid}`, name);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const configuration = join(folder, "openssl.cnf");
  writeFileSync(configuration, CONFIGURATION);
  return {
    folder,
    configuration,
    pair: { certificate: join(folder, "tls.crt"), key: join(folder, "tls.key") },
  };
}

/** Verifies a chain for a purpose by the strict rules of RFC 5280. Returns `OK` or the reason why it fails. */
export async function verify(
  certificate: string,
  roots: string,
  purpose: "sslserver" | "sslclient",
): Promise<string> {
  const options = [
    "-x509_strict",
    "-policy_check",
    "-purpose",
    purpose,
    "-no-CApath",
    "-no-CAstore",
  ];
  const { status, stdout, stderr } = await run("openssl", [
    "verify",
    ...options,
    "-CAfile",
    roots,
    certificate,
  ]);
  return status === 0 && stdout.endsWith(": OK\n") ? "OK" : stderr;
}

/** Whether a key belongs to a certificate. */
export async function isPair({ certificate, key }: Pair): Promise<boolean> {
  const own = await openssl("pkey", "-in", key, "-pubout");
  return own === (await openssl("x509", "-in", certificate, "-noout", "-pubkey"));
}

/** Returns a certificate's extensions by OpenSSL's names, e.g. `Basic Constraints` is `critical: CA:TRUE`. */
export async function extensions(certificate: string): Promise<Partial<Record<string, string>>> {
  const text = await openssl(
    "x509",
    "-in",
    certificate,
    "-noout",
    "-text",
    "-certopt",
    "ext_parse",
  );
  const found = text.matchAll(/^ {12}X509v3 (.+): ?(critical)?\n((?: {16}.*\n)+)/gm);
  return Object.fromEntries(
    [...found].map(([, name = "", critical, value = ""]) => {
      const content = value.trim().replaceAll(/\s*\n\s*/g, ", ");
      return [name, critical === undefined ? content : `critical: ${content}`];
    }),
  );
}

/** Starts a TLS server that requires a client certificate and answers HTTP requests with facts about the client. */
export function serve(pair: Pair, clientRoots: string): Promise<Server> {
  const own = ["-cert", pair.certificate, "-key", pair.key];
  const clients = ["-CAfile", clientRoots, "-Verify", "2", "-verify_return_error", "-x509_strict"];
  return Server.start(
    "openssl",
    ["s_server", "-accept", "127.0.0.1:0", "-www", ...own, ...clients],
    /^ACCEPT (\S+)$/m,
  );
}

/** Settings of a client. */
export interface Connection {
  readonly roots: string;
  /** Name that must be in the server's certificate. */
  readonly host: string;
  readonly pair: Pair | undefined;
}

/** Fetches a page from such a server. */
export function fetchPage(address: string, { roots, host, pair }: Connection): Promise<Finished> {
  const server = ["-connect", address, "-servername", host, "-CAfile", roots];
  const checks = ["-verify_hostname", host, "-verify_return_error", "-x509_strict"];
  const own = pair ? ["-cert", pair.certificate, "-key", pair.key] : [];
  return run("openssl", ["s_client", "-quiet", "-ign_eof", ...server, ...checks, ...own], {
    input: "GET / HTTP/1.0\r\n\r\n",
  });
}
