/**
 * Prints the notes of the release with the tag in TAG, which are its section in CHANGELOG.md. It fails if the tag is not
 * that of the package's version.
 */
import { readFileSync } from "node:fs";
import { version } from "../../package.json";
import { releaseNotes } from "./release-notes";
import { fail, required } from "./workflow";

try {
  const changelog = readFileSync("CHANGELOG.md", "utf8");
  process.stdout.write(`${releaseNotes(required("TAG"), version, changelog)}\n`);
} catch (error) {
  fail(error instanceof Error ? error.message : String(error));
}
