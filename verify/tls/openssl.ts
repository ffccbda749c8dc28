import { spawn } from "node:child_process";
import { createPrivateKey, randomBytes } from "node:crypto";
import { isIP } from "node:net";
import { atExit, privateDirectory, type PrivateDirectory } from "../../command/at-exit";
import { CannotCheck } from "../../command/failure";
import type { PemPair } from "./handshake";

/** An OpenSSL server with its own clock. */
interface TimedServer {
  readonly port: number;
  stop(): void;
}

const TIMEOUT = 5000;

/**
 * Starts a TLS server that verifies its clients' certificates as if it were a given time.
 *
 * @param cas CAs that it trusts for clients, as PEM; undefined if it does not request client certificates.
 * @throws CannotCheck if it does not start.
 */
export function serverAt(pair: PemPair, cas: string | undefined, at: Date): Promise<TimedServer> {
  const files = privateDirectory();
  const passphrase = randomBytes(24).toString("base64url");
  const own = [
    ...["-cert", files.write("tls.crt", pair.certificate), "-pass", `env:${PASSPHRASE}`],
    ...["-key", files.write("tls.key", encrypted(pair.key, passphrase))],
  ];
  const verify =
    cas === undefined ? [] : ["-Verify", "8", "-verify_return_error", ...trust(files, cas, at)];
  const { child, output, stop } = run(
    ["s_server", "-accept", "127.0.0.1:0", "-alpn", "h2", ...own, ...verify],
    files,
    passphrase,
  );
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => fail(`printed nothing for ${TIMEOUT / 1000} s`), TIMEOUT);
    const fail = (what: string) => {
      clearTimeout(timer);
      stop();
      reject(new CannotCheck(`openssl s_server ${what}: ${output()}`));
    };
    child.stdout.on("data", () => {
      const port = /^ACCEPT 127\.0\.0\.1:(\d+)$/m.exec(output())?.[1];
      if (port === undefined) return;
      clearTimeout(timer);
      child.stdout.removeAllListeners("data").resume(); // from here on it prints sessions with their keys
      resolve({ port: Number(port), stop });
    });
    child.once("error", () => fail(MISSING));
    child.once("exit", () => fail("ended"));
  });
}

/**
 * Makes a handshake as a client that verifies the server's certificate as if it were a given time.
 *
 * @param expects CAs that it trusts for the server, as PEM, and the host that it compares, if any.
 * @returns undefined if it accepts the server, otherwise OpenSSL's reason, e.g. `certificate has expired`.
 * @throws CannotCheck if there is no OpenSSL.
 */
export function clientAt(
  { ca, host }: { readonly ca: string; readonly host: string | undefined },
  at: Date,
  port: number,
): Promise<string | undefined> {
  const files = privateDirectory();
  const { child, output, stop } = run(
    [
      ...["s_client", "-connect", `127.0.0.1:${port}`, "-alpn", "h2"],
      ...["-verify_return_error", "-brief", ...comparing(host), ...trust(files, ca, at)],
    ],
    files,
  );
  child.stdin.end();
  return new Promise((resolve, reject) => {
    const timer = setTimeout(stop, TIMEOUT);
    child.once("error", () => {
      clearTimeout(timer);
      stop();
      reject(new CannotCheck(`openssl s_client ${MISSING}`));
    });
    child.once("close", () => {
      clearTimeout(timer);
      stop();
      const problem = /verify error:(?:num=\d+:)?(.+)/.exec(output())?.[1];
      const isVerified = /^Verification: OK$/m.test(output());
      resolve(problem ?? (isVerified ? undefined : output()));
    });
  });
}

const MISSING = "cannot be run: `openssl` (1.1.1 or later) must be on the PATH";

function comparing(host: string | undefined): string[] {
  if (host === undefined) return [];
  if (isIP(host) !== 0) return ["-verify_ip", host];
  return ["-servername", host, "-verify_hostname", host];
}

/** Returns options that trust only these CAs. Each may end a chain, even if it is below another one. */
function trust(files: PrivateDirectory, cas: string, at: Date): string[] {
  const seconds = String(Math.floor(at.getTime() / 1000));
  const file = files.write("cas.crt", cas);
  return ["-CAfile", file, "-no-CApath", "-partial_chain", "-attime", seconds];
}

/** Encrypts a key for its file, so that no plain key is left behind if this process is killed. */
function encrypted(key: string, passphrase: string): string {
  const how = { type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase } as const;
  return createPrivateKey(key).export(how).toString();
}

/** Variable with the key's passphrase. It is not an argument, because other users can see arguments. */
const PASSPHRASE = "COUNTERSIGN_KEY_PASSPHRASE";

function run(args: readonly string[], files: PrivateDirectory, passphrase?: string) {
  // Without the first two, OpenSSL 3 would also trust the machine's own CAs.
  const ours = { SSL_CERT_DIR: "/nonexistent", SSL_CERT_FILE: "/nonexistent" };
  const env = { ...process.env, ...ours, [PASSPHRASE]: passphrase };
  const child = spawn("openssl", args, { env, stdio: "pipe" });
  let text = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (part: string) => (text += part));
  }
  child.stdin.on("error", () => undefined);
  const stop = atExit(() => {
    child.kill();
    files.remove();
  });
  return { child, output: () => text.trim(), stop };
}
