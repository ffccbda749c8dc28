import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { symlinkSync } from "node:fs";
import { EXCHANGES } from "../../../../cli/enroll/command";
import { identify } from "../../../../cli/enroll/identify";
import { readInputs } from "../../../../cli/enroll/files";
import { filesOfAdmission } from "../../../../enrollment/files";
import { ADMISSION_FORM } from "../../../../systems/substra/admission";
import { G1, G2, makeAdmission } from "../../enrollment/make-admission";
import { makeLeaf } from "../../x509/make-certificate";
import { keys } from "../../x509/make-keys";
import { makeRequest, makeRequestDer } from "../../x509/make-request";
import { Project } from "./project";

const SIDES = EXCHANGES.map((system) => ({ system, parties: system.parties(() => undefined) }));

describe("received files", () => {
  let project: Project;
  beforeEach(() => (project = new Project()));
  afterEach(() => project.remove());

  const origins = (...paths: string[]) =>
    readInputs(paths.map((path) => project.path(path))).map(({ origin }) =>
      origin.slice(project.folder.length + 1),
    );
  const found = (...paths: string[]) =>
    identify(readInputs(paths.map((path) => project.path(path))), SIDES);

  it("are read from files and directories, each once, without hidden files and links", () => {
    for (const file of ["b/2.pem", "b/1.pem", "b/.git/config", "b/c/d/3.pem", "a.pem"]) {
      project.write(file, "text");
    }
    symlinkSync(project.path("a.pem"), project.path("b/link.pem"));
    assert.deepEqual(origins("b", "a.pem", "b/1.pem"), [
      "b/1.pem",
      "b/2.pem",
      "b/c/d/3.pem",
      "a.pem",
    ]);
    assert.deepEqual(origins("b/link.pem"), ["b/link.pem"]);
  });

  it("cannot be read if there are none, too many, too long ones, or names that cannot be shown", () => {
    const fails = (path: string, message: RegExp) =>
      assert.throws(() => origins(path), { name: "CannotCheck", message });
    fails("none.pem", /none\.pem cannot be read: ENOENT/);
    project.write("large.pem", Buffer.alloc(1024 * 1024 + 1, "a"));
    fails("large.pem", /large\.pem is longer than 64 KiB, the limit for exchanged files$/);
    project.write("many/large.pem", Buffer.alloc(1024 * 1024 + 1, "a"));
    assert.deepEqual(found("many").leftOut, [project.path("many/large.pem")]);
    for (let file = 0; file <= 1000; file++) project.write(`many/${file}`, "");
    fails("many", /many has more than 1000 files: name the directory or the files/);
    project.write("odd/\u001b[31m", "");
    fails("odd", /^".*odd\/\\u\{1b\}\[31m" has a name that cannot be shown: rename or remove it$/);
  });

  it("are regular files, and reading them always comes to an end", () => {
    const pipe = project.path("pipe");
    execFileSync("mkfifo", [pipe]);
    symlinkSync("/dev/zero", project.path("endless"));
    const fails = (path: string, predicate: string) =>
      assert.throws(() => origins(path), {
        name: "CannotCheck",
        message: `${project.path(path)} ${predicate}`,
      });
    fails("pipe", "is a named pipe, not a file");
    fails("endless", "is a device, not a file");
    project.write("long.yaml", "x".repeat(64 * 1024 + 1));
    fails("long.yaml", "is longer than 64 KiB, the limit for exchanged files");
    assert.deepEqual(origins("."), ["long.yaml"]);
    assert.deepEqual(found(".").leftOut, [project.path("long.yaml")]);
  });

  it("contain no private key, in any file and in any form", () => {
    const { privateKey } = keys("p256");
    const pem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
    const rsa = keys("rsa2048").privateKey;
    const forms = [
      pem,
      Buffer.from(makeRequest() + pem).toString("base64"),
      Buffer.from(pem, "utf16le"),
      privateKey.export({ type: "pkcs8", format: "der" }),
      privateKey.export({ type: "sec1", format: "der" }),
      rsa.export({ type: "pkcs1", format: "der" }),
      // The beginning of a PKCS#12 file.
      Buffer.from("308209d1020103308209970609", "hex"),
    ];
    for (const form of forms) {
      project.write("inbox/request.pem", makeRequest());
      project.write("inbox/notes.txt", form);
      for (const path of ["inbox", "inbox/notes.txt"]) {
        assert.throws(() => origins(path), {
          name: "PrivateKeyFound",
          message: `${project.path("inbox/notes.txt")} holds a private key, which must never leave its owner's stack: delete it, also from the repository's history, and make a new key`,
        });
      }
    }
  });

  it("are recognized by their content, whatever their names", () => {
    const admission = filesOfAdmission(makeAdmission(), ADMISSION_FORM);
    project.write("a.txt", makeRequest());
    project.write("b.txt", admission["certificate.pem"] ?? "");
    project.write("c.txt", admission["trust.pem"] ?? "");
    project.write("d.txt", admission["consortium.yaml"] ?? "");
    project.write("e.txt", "hello: world");
    const { found: all, leftOut } = found(".");
    assert.deepEqual(
      all.map(({ kind, party }) => [kind, party]),
      [
        ["request", "MyOrg1MSP"],
        ["admission", "MyOrg1MSP"],
      ],
    );
    assert.deepEqual(leftOut, [project.path("e.txt")]);
  });

  const nothing =
    "is not a file that can be imported: a certificate request, a certificate, CA certificates or consortium.yaml";
  const unreadable: [string, Record<string, string | Buffer>, string][] = [
    ["a file that is not exchanged", { a: "hello" }, `a ${nothing}`],
    ["YAML of another kind", { a: "a: 1" }, `a ${nothing}`],
    [
      "DER",
      { a: makeRequestDer() },
      `a ${nothing}; if it is DER, convert it with \`openssl req -inform DER\` or \`x509\``,
    ],
    [
      "a request that was cut off",
      { a: makeRequest().slice(0, 100) },
      "a: a CERTIFICATE REQUEST block without its END line: cut off or indented?",
    ],
    [
      "a request with an old label",
      { a: makeRequest().replaceAll("CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST") },
      "a: a NEW CERTIFICATE REQUEST block instead of a CERTIFICATE REQUEST. keytool writes that old label; `openssl req -in old.csr -out new.csr` writes today's.",
    ],
    [
      "a chain in one file",
      { a: makeLeaf() + G1 },
      "a holds 2 certificates that are not all CAs: give the organization's certificate and the CAs in separate files",
    ],
    [
      "a certificate without an organization",
      { a: makeLeaf({ subject: [["CN", "a"]] }) },
      "a is a certificate, but does not name exactly one organization (O): CN=a",
    ],
    [
      "only CA certificates",
      { a: G1 + G2 },
      "a holds CA certificates, but no file tells for which organization: give certificate.pem and consortium.yaml with it",
    ],
    [
      "two certificates of one organization",
      { a: makeLeaf(), b: makeLeaf() },
      "a and b are both the certificate of MyOrg1MSP: give one of them",
    ],
    [
      "consortium.yaml of another version",
      { a: "mspId: MyOrg1MSP\nformat: 2\n" },
      "a publishes format 2, and this program reads 1: use one version of Countersign on both sides",
    ],
  ];
  for (const [what, files, message] of unreadable) {
    it(`are refused: ${what}`, () => {
      for (const [file, text] of Object.entries(files)) project.write(file, text);
      assert.throws(
        () => found(...Object.keys(files)),
        (error) => {
          assert.ok(error instanceof Error);
          assert.equal(error.name, "CannotCheck");
          assert.equal(error.message.replaceAll(`${project.folder}/`, ""), message);
          return true;
        },
      );
    });
  }

  it("must include a request or an admission", () => {
    project.configure({});
    project.write("inbox/README", "hello");
    assert.throws(() => project.takeIn(["inbox"]), {
      name: "CannotCheck",
      message: "none of these files can be imported",
    });
  });
});
