import { readFileSync } from "node:fs";
import { join } from "node:path";
import { cached } from "../cache";
import { need } from "../need";
import { output, run } from "../process";

const SOURCES = ["Stores.java", "Judge.java"].map((name) => join(__dirname, name));

/** The password of every store, in the variable in which programs are told it: command lines are for all to see. */
export const STORE_PASSWORD = "correct horse 12!";
export const environment: NodeJS.ProcessEnv = { ...process.env, STORE_PASSWORD };

/** A command of Stores.java. */
export type Command =
  | readonly ["list", string]
  | readonly [
      "handshake",
      mode: "want" | "need",
      keys: string,
      trust: string,
      clientKeys: string,
      clientTrust: string,
      host: string,
    ];

/** Asks Java; all at a time, because what takes long is to start it. */
export async function askJava<Name extends string>(
  commands: Readonly<Record<Name, Command>>,
): Promise<Readonly<Record<Name, string>>> {
  const names = Object.keys(commands) as Name[];
  const input = names.map((name) => `${commands[name].join("\t")}\n`).join("");
  const lines = await askProgram("Stores", input);
  return Object.fromEntries(names.map((name, index) => [name, lines[index] ?? ""])) as Readonly<
    Record<Name, string>
  >;
}

/** The lines that one of our programs in Java answers. */
export async function askProgram(name: "Stores" | "Judge", input: string): Promise<string[]> {
  const options = ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", await compiled()];
  const answers = await output("java", [...options, name], { input, env: environment });
  return answers.split("\n");
}

async function compiled(): Promise<string> {
  const version = await javaVersion();
  const contents = SOURCES.map((source) => readFileSync(source, "utf8"));
  return cached("java", [version, ...contents], (folder) =>
    output("javac", ["-d", folder, ...SOURCES]),
  );
}

/** What javac says of itself; the test fails with what to install where there is none. */
export async function javaVersion(): Promise<string> {
  const found = await run("javac", ["-version"]).catch(() => undefined);
  return need(
    found?.stdout,
    "Java: install a JDK, 17 or newer, so that javac and keytool are found",
  );
}

/** What `keytool` prints; it must succeed. The password is passed in the environment. */
export function keytool(...args: string[]): Promise<string> {
  return output("keytool", [...args, "-storepass:env", "STORE_PASSWORD"], { env: environment });
}
