import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { cached, contentsBelow } from "../cache";
import { javaVersion } from "../java/stores";
import { need } from "../need";
import { output, run } from "../process";
import { BUILD_PATIENCE, built as goBuilt } from "../programs";

const JAVA = join(__dirname, "..", "java", "spinnaker");
const GO = join(__dirname, "..", "go-spinnaker");

/** The arguments with which `java` runs our program with kork's classes. */
export async function javaProgram(): Promise<readonly string[]> {
  java ??= built();
  const folder = await java;
  // Many services start and few calls are made: what is quick to compile is quickest.
  const options = ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto"];
  return [...options, "-cp", `${join(folder, "classes")}:${join(folder, "jars", "*")}`, MAIN];
}
let java: Promise<string> | undefined;
const MAIN = "countersign.Main";

/** Maven fetches the jars, which must be those of jars.sha256; there is no more to it than javac. */
async function built(): Promise<string> {
  const version = await javaVersion();
  return cached("spinnaker", [version, ...contentsBelow(JAVA)], async (folder) => {
    const maven = await run("mvn", ["--version"]).catch(() => undefined);
    need(maven, "Maven: install it, 3.6 or newer, so that mvn is found");
    copyFileSync(join(JAVA, "pom.xml"), join(folder, "pom.xml"));
    const jars = join(folder, "jars");
    await output(
      "mvn",
      [
        ...["--batch-mode", "--quiet", "--strict-checksums", "dependency:copy-dependencies"],
        ...["-DincludeScope=runtime", `-DoutputDirectory=${jars}`],
      ],
      { cwd: folder, timeout: BUILD_PATIENCE },
    );
    checkJars(jars);
    const sources = join(JAVA, "src", "countersign");
    const classes = join(folder, "classes");
    mkdirSync(classes);
    await output("javac", [
      ...["-proc:none", "-parameters", "-cp", join(jars, "*"), "-d", classes],
      ...readdirSync(sources).map((file) => join(sources, file)),
    ]);
  });
}

function checkJars(folder: string): void {
  const found = readdirSync(folder)
    .sort()
    .map((name) => `${sha256(readFileSync(join(folder, name)))}  ${name}\n`);
  const recorded = readFileSync(join(JAVA, "jars.sha256"), "utf8");
  const different = found.find((line) => !recorded.includes(line));
  if (different !== undefined || found.join("").length !== recorded.length)
    throw new Error(
      `the jars are not those of jars.sha256: ${different ?? "some are missing"}. Do not go on: look at where Maven's settings point`,
    );
}

function sha256(content: Buffer): string {
  return createHash("sha256").update(content).digest("hex");
}

/** Our stand-in for Dinghy, of go-yaml-tools. */
export async function dinghyProgram(): Promise<string> {
  go ??= goBuilt("dinghy", GO, (folder) => ["-o", join(folder, "dinghy"), "."]);
  return join(await go, "dinghy");
}
let go: Promise<string> | undefined;
