import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  cipherNames,
  type TlsPolicy,
} from "../../../components/choreo-connect/upstream-tls/policy";
import { goEnvironment } from "../../../toolchain/go";
import { cached, contentsBelow } from "../cache";
import { environment, javaVersion } from "../java/stores";
import { Server, output } from "../process";
import { BUILD_PATIENCE } from "../programs";
import type { PairFiles } from "./envoy-config";

/** Files of a backend that reads PEM. */
export interface PemFiles extends PairFiles {
  /** CAs by which it knows the router. */
  readonly clients: string;
}

/** Files of one in Java. */
export interface StoreFiles {
  readonly type: "PKCS12" | "JKS";
  readonly keys: string;
  readonly trust: string;
}

/** What a backend may read. */
export interface BackendFiles {
  readonly pem: PemFiles;
  readonly PKCS12: StoreFiles;
  readonly JKS: StoreFiles;
}

export const BACKENDS = ["Go", "Node", "Java with PKCS#12", "Java with JKS"] as const;
export type BackendName = (typeof BACKENDS)[number];

/** Starts a backend that demands a client certificate, answers with its CN, and says on standard error whom it refuses and why. */
export async function startBackend(
  name: BackendName,
  files: BackendFiles,
  tls: TlsPolicy,
): Promise<Server> {
  if (name === "Go")
    return start(await goBackend(), [], files.pem, { ...tls, ciphers: cipherNames(tls, "go") });
  if (name === "Node") {
    const program = ["--import", "tsx", join(__dirname, "backend.ts")];
    const ciphers = cipherNames(tls, "openssl");
    return start(process.execPath, program, files.pem, { ...tls, ciphers });
  }
  const options = ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", await javaBackend()];
  const stores = name === "Java with JKS" ? files.JKS : files.PKCS12;
  return start("java", [...options, "Backend"], stores, {
    ...tls,
    ciphers: cipherNames(tls, "iana"),
  });
}

/** For `before` hooks: builds what is built of the backends. */
export async function buildBackends(): Promise<void> {
  await Promise.all([goBackend(), javaBackend()]);
}

function start(
  program: string,
  options: readonly string[],
  files: PemFiles | StoreFiles,
  tls: Omit<TlsPolicy, "ciphers"> & { readonly ciphers: readonly string[] },
): Promise<Server> {
  const settings = Object.entries({ ...files, ...tls }).map(
    ([name, value]) => `${name}=${String(value)}`,
  );
  return Server.start(program, [...options, ...settings], /^listening on (\S+)$/m, environment);
}

async function goBackend(): Promise<string> {
  const env = goEnvironment(process.env);
  const cwd = join(__dirname, "go");
  const version = await output("go", ["env", "GOVERSION"], { env, cwd });
  const folder = await cached("choreo-backend-go", [version, ...contentsBelow(cwd)], (made) =>
    output("go", ["build", "-trimpath", "-buildvcs=false", "-o", join(made, "backend"), "."], {
      env,
      cwd,
      timeout: BUILD_PATIENCE,
    }),
  );
  return join(folder, "backend");
}

async function javaBackend(): Promise<string> {
  const source = join(__dirname, "java", "Backend.java");
  const version = await javaVersion();
  return cached("choreo-backend-java", [version, readFileSync(source, "utf8")], (folder) =>
    output("javac", ["-d", folder, source]),
  );
}
