import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { cached, contentsBelow } from "../cache";
import { javaVersion } from "../java/stores";
import { need } from "../need";
import { output, run } from "../process";
import { BUILD_PATIENCE, built } from "../programs";

/** Of programs that live for seconds: what is quick to compile is quickest. */
export const JAVA_OPTIONS = ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"];

/**
 * Builds a module's one program.
 *
 * @returns its file.
 */
export async function builtGo(name: string, module: string, program: string): Promise<string> {
  return join(await built(name, module, (made) => ["-o", join(made, program), "."]), program);
}

/**
 * Compiles what is below a folder's `src` with the jars that Maven fetches, which must be those of its `jars.sha256`.
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
      ...["-proc:none", "-cp", join(jars, "*"), "-d", classes],
      ...readdirSync(sources).map((file) => join(sources, file)),
    ]);
  });
  return `${join(folder, "classes")}:${join(folder, "jars", "*")}`;
}

function checkJars(folder: string, recorded: string): void {
  const found = readdirSync(folder)
    .sort()
    .map((name) => `${sha256(readFileSync(join(folder, name)))}  ${name}\n`);
  if (found.join("") !== readFileSync(recorded, "utf8"))
    throw new Error(
      `the jars are not those of ${recorded}. Do not go on: look at where Maven's settings point`,
    );
}

function sha256(content: Buffer): string {
  return createHash("sha256").update(content).digest("hex");
}
