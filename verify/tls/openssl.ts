import { spawn } from "node:child_process";
import { atExit } from "../../command/at-exit";
import { CannotCheck } from "../../command/failure";

/** Files that OpenSSL reads. The key is encrypted in its file, so that none stays in clear if this process is killed. */
export interface OpensslFiles {
  readonly certificate: string;
  readonly key: string;
  /** Decrypts the key. It is in no argument, as others can see those. */
  readonly passphrase: string;
  /** The CAs to trust; nobody else is. */
  readonly cas: string;
}

/** A server of OpenSSL's that sees the world at another time. */
export interface TimedServer {
  readonly port: number;
  stop(): void;
}

const TIMEOUT = 5000;

/** Starts a TLS server that checks its clients' certificates as if it were a given time (if it asks for them). */
export function serverAt(
  files: OpensslFiles,
  at: Date,
  asksClients: boolean,
): Promise<TimedServer> {
  const verify = asksClients ? ["-Verify", "8", "-verify_return_error"] : [];
  const { child, output, stop } = run(
    ["s_server", "-accept", "127.0.0.1:0", "-alpn", "h2", ...verify, ...trust(files, at)],
    files,
  );
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => fail(`said nothing for ${TIMEOUT / 1000} s`), TIMEOUT);
    const fail = (what: string) => {
      clearTimeout(timer);
      stop();
      reject(new CannotCheck(`openssl s_server ${what}: ${output()}`));
    };
    child.stdout.on("data", () => {
      const port = /^ACCEPT 127\.0\.0\.1:(\d+)$/m.exec(output())?.[1];
      if (port === undefined) return;
      clearTimeout(timer);
      child.stdout.removeAllListeners("data").resume(); // from here on it shows sessions, with their keys
      resolve({ port: Number(port), stop });
    });
    child.once("error", () => fail(MISSING));
    child.once("exit", () => fail("ended"));
  });
}

/**
 * Shakes hands as a client that checks the server's certificate as if it were a given time.
 *
 * @returns undefined if it is content, else what OpenSSL finds wrong, e.g. `certificate has expired`.
 */
export function clientAt(
  files: OpensslFiles,
  at: Date,
  port: number,
  host: string,
): Promise<string | undefined> {
  const { child, output, stop } = run(
    [
      "s_client",
      ...["-connect", `127.0.0.1:${port}`, "-servername", host, "-verify_hostname", host],
      ...["-alpn", "h2", "-verify_return_error", "-brief"],
      ...trust(files, at),
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

const MISSING = "cannot be run: `openssl` (1.1.1 or later) has to be on the PATH";

function trust({ certificate, key, cas }: OpensslFiles, at: Date): string[] {
  const seconds = String(Math.floor(at.getTime() / 1000));
  const pair = ["-cert", certificate, "-key", key, "-pass", `env:${PASSPHRASE}`];
  return [...pair, "-CAfile", cas, "-no-CApath", "-attime", seconds];
}

const PASSPHRASE = "COUNTERSIGN_KEY_PASSPHRASE";

function run(args: readonly string[], { passphrase }: OpensslFiles) {
  // Without the first two, OpenSSL 3 would also trust the machine's own CAs.
  const ours = { SSL_CERT_DIR: "/nonexistent", SSL_CERT_FILE: "/nonexistent" };
  const env = { ...process.env, ...ours, [PASSPHRASE]: passphrase };
  const child = spawn("openssl", args, { env, stdio: "pipe" });
  let text = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (part: string) => (text += part));
  }
  child.stdin.on("error", () => undefined);
  const stop = atExit(() => child.kill());
  return { child, output: () => text.trim(), stop };
}
