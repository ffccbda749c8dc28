import { readFileSync } from "node:fs";
import { join } from "node:path";
import { cipherNames, type TlsPolicy } from "../../../components/choreo-connect/upstream-tls";
import { cached } from "../cache";
import { environment, javaVersion } from "../java/stores";
import { Server, output } from "../process";
import type { PairFiles } from "./envoy-config";
import { JAVA_OPTIONS } from "../java/maven";
import { builtGo } from "./programs";

/** Files of a backend that reads PEM. */
export interface PemFiles extends PairFiles {
  /** CAs that it trusts for the router. */
  readonly clients: string;
}

/** Files of a backend in Java. */
export interface StoreFiles {
  readonly type: "PKCS12" | "JKS";
  readonly keys: string;
  readonly trust: string;
}

/** Files of a backend in all forms. */
export interface BackendFiles {
  readonly pem: PemFiles;
  readonly PKCS12: StoreFiles;
  readonly JKS: StoreFiles;
}

export const BACKENDS = ["Go", "Node", "Java with PKCS#12", "Java with JKS"] as const;
export type BackendName = (typeof BACKENDS)[number];

/** TLS settings of a backend, with its own names of ciphers. */
export interface BackendTls extends Omit<TlsPolicy, "ciphers"> {
  readonly ciphers: readonly string[];
}

/**
 * Starts a backend that requires a client certificate and answers with its CN. It reports on standard error which
 * clients it refuses, and why.
 */
export function startBackend(
  name: BackendName,
  files: BackendFiles,
  tls: TlsPolicy,
): Promise<Server> {
  const speaking = (by: Parameters<typeof cipherNames>[1]) => ({
    ...tls,
    ciphers: cipherNames(tls, by),
  });
  switch (name) {
    case "Go":
      return startGo(files.pem, speaking("go"));
    case "Node":
      return startNode(files.pem, speaking("openssl"));
    case "Java with PKCS#12":
      return startJava(files.PKCS12, speaking("iana"));
    case "Java with JKS":
      return startJava(files.JKS, speaking("iana"));
  }
}

export async function startGo(files: PemFiles, tls: BackendTls): Promise<Server> {
  return start(await goBackend(), [], files, tls);
}

export function startNode(files: PemFiles, tls: BackendTls): Promise<Server> {
  const program = ["--import", "tsx", join(__dirname, "backend.ts")];
  return start(process.execPath, program, files, tls);
}

export async function startJava(files: StoreFiles, tls: BackendTls): Promise<Server> {
  return start("java", [...JAVA_OPTIONS, "-cp", await javaBackend(), "Backend"], files, tls);
}

/** Builds the backends that must be built, for `before` hooks. */
export async function buildBackends(): Promise<void> {
  await Promise.all([goBackend(), javaBackend()]);
}

function start(
  program: string,
  options: readonly string[],
  files: PemFiles | StoreFiles,
  tls: BackendTls,
): Promise<Server> {
  const settings = Object.entries({ ...files, ...tls }).map(
    ([name, value]) => `${name}=${String(value)}`,
  );
  return Server.start(program, [...options, ...settings], /^listening on (\S+)$/m, environment);
}

function goBackend(): Promise<string> {
  return builtGo("choreo-backend-go", join(__dirname, "go"), "backend");
}

async function javaBackend(): Promise<string> {
  const source = join(__dirname, "java", "Backend.java");
  const version = await javaVersion();
  return cached("choreo-backend-java", [version, readFileSync(source, "utf8")], (folder) =>
    output("javac", ["-d", folder, source]),
  );
}
