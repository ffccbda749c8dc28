import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import { text } from "node:stream/consumers";
import { Project, requestOfOrg1 } from "../unit/cli/enroll/project";
import { keys } from "../unit/x509/make-keys";

const COMMAND = resolve(__dirname, "..", "..", "cli", "countersign.cjs");
const KEY = keys("p256").privateKey.export({ type: "pkcs8", format: "pem" }).toString();
const IMPORT = ["import", "-", "--stack", "here"];

describe("the command countersign enroll", function () {
  this.timeout(900_000); // the first start of the command compiles it
  const project = new Project();
  before(() => {
    const request = { file: "enrollments/MyOrg1MSP/request.pem" };
    const commonName = "substra.org-1.example";
    project.configure({ enrollments: { MyOrg1MSP: { request, commonName } } });
    project.write("leak.json", JSON.stringify({ requests: KEY }));
  });
  after(() => project.remove());

  /** Runs the command as people do, in a project's folder. */
  async function enroll(args: readonly string[], input: string) {
    const child = spawn(process.execPath, [COMMAND, "enroll", ...args], { cwd: project.folder });
    child.stdin.end(input);
    const [stdout, stderr] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, "close"),
    ]);
    return { status: child.exitCode, stdout, stderr };
  }

  const rows: [string, readonly string[], string, 0 | 1 | 2, RegExp, RegExp][] = [
    [
      "0 for files that are imported",
      [...IMPORT, "--dry-run", "--json"],
      requestOfOrg1(),
      0,
      /^\{\n {2}"found": \[[^]*\n {2}"dryRun": true\n\}\n$/,
      /^$/,
    ],
    [
      "1 for files that are refused",
      IMPORT,
      requestOfOrg1({ keys: keys("p224") }),
      1,
      /^request of MyOrg1MSP \("standard input"\)\n[^]*\n1 refusal: nothing was written\.\n$/,
      /^$/,
    ],
    [
      "1 for a private key, and quotes nothing of it",
      IMPORT,
      requestOfOrg1() + KEY,
      1,
      /^$/,
      /^standard input holds a private key, which must never leave its owner's stack: delete it, also from the repository's history, and make a new key\. Nothing was imported\.\n$/,
    ],
    [
      "1 for a private key that is published",
      ["export", "--outputs", "leak.json"],
      "",
      1,
      /^$/,
      /^what leak\.json publishes holds a private key, [^\n]*, and make a new key\n$/,
    ],
    [
      "2 for files that cannot be read, without a stack trace",
      IMPORT,
      "hello",
      2,
      /^$/,
      /^standard input is not a file that can be imported: [^\n]*\n$/,
    ],
    ["2 for a call without paths", ["import"], "", 2, /^$/, /missing required argument 'paths'/],
  ];
  for (const [what, args, input, status, stdout, stderr] of rows) {
    it(`ends with ${what}`, async () => {
      const ended = await enroll(args, input);
      assert.match(ended.stderr, stderr);
      assert.match(ended.stdout, stdout);
      assert.equal(ended.status, status);
    });
  }
});
