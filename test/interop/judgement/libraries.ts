import { once } from "node:events";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createSecureServer } from "node:http2";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { createSecureContext, type SecureContext } from "node:tls";
import type { Purpose } from "../../../x509";
import { askProgram } from "../java/stores";
import { output, run } from "../process";
import { goProgram, pythonEnvironment } from "../programs";

/** A chain to verify. */
export interface Chain {
  readonly leaf: string;
  /** The leaf's private key, PEM. */
  readonly key: string;
  /** Bundle of CA certificates that the leaf's owner sends with it; may be empty. */
  readonly intermediates: string;
  /** Bundle of the CA certificates that its peer trusts. */
  readonly roots: string;
  /** A host name in the leaf. */
  readonly host: string;
}

/** A library's error for each chain: an empty text if it accepts the chain, undefined if it could not be tried. */
export type Answers = readonly (string | undefined)[];

/** TLS libraries, each called in the same way as by its users. */
export const LIBRARIES = { Go: askGo, OpenSSL: askOpenssl, Java: askJava, BoringSSL: askBoringssl };

/** Name of one of {@link LIBRARIES}. */
export type LibraryName = keyof typeof LIBRARIES;

interface Files {
  readonly leaf: string;
  readonly intermediates: string;
  readonly chain: string;
  readonly roots: string;
}

function write(folder: string, chains: readonly Chain[]): Files[] {
  return chains.map(({ leaf, intermediates, roots }, index) => {
    const own = join(folder, String(index));
    mkdirSync(own, { recursive: true, mode: 0o700 });
    const contents = { leaf, intermediates, chain: leaf + intermediates, roots };
    const files = Object.entries(contents).map(([name, content]) => {
      const file = join(own, name);
      writeFileSync(file, content, { mode: 0o600 });
      return [name, file] as const;
    });
    return Object.fromEntries(files) as unknown as Files;
  });
}

async function askGo(chains: readonly Chain[], purpose: Purpose, folder: string): Promise<Answers> {
  const questions = write(folder, chains).map((files) => ({
    Certificate: files.leaf,
    Intermediates: files.intermediates,
    Roots: files.roots,
    Usage: purpose === "serverAuth" ? "server" : "client",
  }));
  const input = JSON.stringify(questions);
  return JSON.parse(await output(await goProgram("verify"), [], { input })) as string[];
}

async function askOpenssl(
  chains: readonly Chain[],
  purpose: Purpose,
  folder: string,
): Promise<Answers> {
  const usage = purpose === "serverAuth" ? "sslserver" : "sslclient";
  const answers: string[] = [];
  for (const { leaf, intermediates, roots } of write(folder, chains)) {
    const trust = ["-no-CApath", "-no-CAstore", "-CAfile", roots];
    const more = readFileSync(intermediates, "utf8") === "" ? [] : ["-untrusted", intermediates];
    // As strict about keys and hashes as the TLS policies of Debian and Red Hat.
    const args = ["verify", "-auth_level", "2", "-purpose", usage, ...trust, ...more, leaf];
    const { status, stdout, stderr } = await run("openssl", args);
    answers.push(status === 0 ? "" : stderr.trim() || stdout);
  }
  return answers;
}

async function askJava(
  chains: readonly Chain[],
  purpose: Purpose,
  folder: string,
): Promise<Answers> {
  const usage = purpose === "serverAuth" ? "server" : "client";
  const lines = write(folder, chains).map(({ chain, roots }) => [chain, roots, usage].join("\t"));
  return (await askProgram("Judge", lines.map((line) => `${line}\n`).join(""))).slice(0, -1);
}

/** Tries chains with gRPC's client in Python, and so only certificates of servers. */
async function askBoringssl(
  chains: readonly Chain[],
  purpose: Purpose,
  folder: string,
): Promise<Answers> {
  if (purpose !== "serverAuth") return chains.map(() => undefined);
  const contexts = new Map<string, SecureContext>();
  for (const { leaf, intermediates, key, host } of chains) {
    try {
      contexts.set(
        host,
        createSecureContext({ cert: leaf + intermediates, key, ciphers: "DEFAULT@SECLEVEL=0" }),
      );
    } catch {
      // Node's OpenSSL cannot serve with it even at its lowest security level, so no client can be tried with it.
    }
  }
  const server = createSecureServer({
    SNICallback: (host, done) => done(null, contexts.get(host)),
  });
  server.on("stream", (stream) => stream.respond({ ":status": 404 }, { endStream: true }));
  server.on("sessionError", () => undefined);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  try {
    const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    const files = write(folder, chains);
    const questions = chains.map(({ host }, index) => ({
      address,
      serverName: host,
      roots: files[index]?.roots,
    }));
    const script = join(__dirname, "..", "python", "dial.py");
    const interpreter = await pythonEnvironment();
    const input = JSON.stringify(questions);
    const answers = JSON.parse(
      await output(interpreter, [script], { input, timeout: 300_000 }),
    ) as string[];
    return answers.map((answer, index) =>
      contexts.has(chains[index]?.host ?? "") ? answer : undefined,
    );
  } finally {
    server.close();
  }
}
