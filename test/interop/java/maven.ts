import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { cached, contentsBelow } from "../cache";
import { need } from "../need";
import { output, run } from "../process";
import { BUILD_PATIENCE } from "../programs";
import { javaVersion } from "./stores";

/** Options for programs that run for seconds, which are fastest with the quickest compilation. */
export const JAVA_OPTIONS = ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"];

/**
 * Compiles the sources in a folder's `src`, only with javac. Maven fetches the jars, whose hashes must be those in the
 * folder's `jars.sha256`.
 *
 * @returns the class path.
 */
export async function builtJava(name: string, project: string): Promise<string> {
  const version = await javaVersion();
  const folder = await cached(name, [version, ...contentsBelow(project)], async (made) => {
    const maven = await run("mvn", ["--version"]).catch(() => undefined);
    need(maven, "Maven: install it, 3.6 or newer, so that mvn is found");
    copyFileSync(join(project, "pom.xml"), join(made, "pom.xml"));
    const jars = join(made, "jars");
    await output(
      "mvn",
      [
        ...["--batch-mode", "--quiet", "--strict-checksums", "dependency:copy-dependencies"],
        ...["-DincludeScope=runtime", `-DoutputDirectory=${jars}`],
      ],
      { cwd: made, timeout: BUILD_PATIENCE },
    );
    checkJars(jars, join(project, "jars.sha256"));
    const sources = join(project, "src", "countersign");
    const classes = join(made, "classes");
    mkdirSync(classes);
    await output("javac", [
      ...["-proc:none", "-parameters", "-cp", join(jars, "*"), "-d", classes],
      ...readdirSync(sources).map((file) => join(sources, file)),
    ]);
  });
  return `${join(folder, "classes")}:${join(folder, "jars", "*")}`;
}

function checkJars(folder: string, file: string): void {
  const found = readdirSync(folder)
    .sort()
    .map((name) => `${sha256(readFileSync(join(folder, name)))}  ${name}\n`);
  const recorded = readFileSync(file, "utf8");
  const different = found.find((line) => !recorded.includes(line));
  if (different !== undefined || found.join("").length !== recorded.length)
    throw new Error(
      `the jars are not those of ${file}: ${different ?? "some are missing"}. Do not continue: check from where Maven downloads`,
    );
}

function sha256(content: Buffer): string {
  return createHash("sha256").update(content).digest("hex");
}
