import { readFileSync } from "node:fs";
import { join } from "node:path";
import { cached } from "../cache";
import { need } from "../need";
import { output, run } from "../process";

const SOURCES = ["Stores.java", "Judge.java"].map((name) => join(__dirname, name));

/** Password of every store. Programs read it from a variable, because other users can see command lines. */
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

/** Executes all commands in one process, because Java is slow to start. */
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

/** Runs one of our programs in Java. @returns the lines of its answer. */
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

/** Returns the version of javac. If it is missing, the test fails with what to install. */
export async function javaVersion(): Promise<string> {
  const found = await run("javac", ["-version"]).catch(() => undefined);
  return need(
    found?.stdout,
    "Java: install a JDK, 17 or newer, so that javac and keytool are found",
  );
}

/** Runs `keytool`, which must succeed. The password is passed in the environment. @returns its output. */
export function keytool(...args: string[]): Promise<string> {
  return output("keytool", [...args, "-storepass:env", "STORE_PASSWORD"], { env: environment });
}
