import { join } from "node:path";
import { JAVA_OPTIONS, builtJava } from "../java/maven";
import { built } from "../programs";

const JAVA = join(__dirname, "..", "java", "spinnaker");
const GO = join(__dirname, "..", "go-spinnaker");

/** Returns the arguments with which `java` runs our program with kork's classes. */
export async function javaProgram(): Promise<readonly string[]> {
  java ??= builtJava("spinnaker", JAVA);
  return [...JAVA_OPTIONS, "-Xshare:auto", "-cp", await java, "countersign.Main"];
}
let java: Promise<string> | undefined;

/** Builds our stand-in for Dinghy, which uses go-yaml-tools. */
export async function dinghyProgram(): Promise<string> {
  go ??= built("dinghy", GO, (folder) => ["-o", join(folder, "dinghy"), "."]);
  return join(await go, "dinghy");
}
let go: Promise<string> | undefined;
