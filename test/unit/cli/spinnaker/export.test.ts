import assert from "node:assert/strict";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PrivateKeyFound } from "../../../../enrollment/files";
import { CannotCheck } from "../../../../cli/failure";
import { publicFiles, type ExportedFile } from "../../../../cli/spinnaker/exported-files";
import { saveExport } from "../../../../cli/spinnaker/save-export";
import { makeSpinnaker } from "../verify/make-spinnaker";

const file = (path: string, text: string, isSecret = false): ExportedFile => ({
  ...{ path, text, isSecret },
});
const refused = (message: RegExp) => (error: unknown) => {
  assert.ok(error instanceof CannotCheck, String(error));
  assert.match(error.message, message);
  return true;
};

describe("an export of Spinnaker's files", () => {
  let directory: string;
  beforeEach(() => (directory = mkdtempSync(join(tmpdir(), "countersign-export-"))));
  afterEach(() => rmSync(directory, { recursive: true }));

  const read = (path: string) => readFileSync(join(directory, path), "utf8");
  const save = (files: readonly ExportedFile[], force = false) =>
    saveExport(directory, files, force);

  it("writes them as they are, and once", () => {
    const { stack } = makeSpinnaker("halyard");
    const files = publicFiles(stack, "stack dev");
    const { files: saved, left } = save(files);
    assert.deepEqual(
      saved.map(({ path, state }) => [path, state]),
      ["clouddriver", "dinghy", "gate", "orca"]
        .map((name) => [`profiles/${name}-local.yml`, "written"])
        .concat(
          ["clouddriver", "dinghy", "gate", "orca"].map((name) => [
            `service-settings/${name}.yml`,
            "written",
          ]),
        ),
    );
    assert.deepEqual(left, []);
    for (const { path, text } of files) assert.equal(read(path), text);
    assert.ok(save(files).files.every(({ state }) => state === "unchanged"));
  });

  it("writes what has changed, and names what is left of an earlier one until it is gone", () => {
    save([file("a.yml", "1"), file("b.yml", "1")]);
    const second = [file("a.yml", "2")];
    assert.deepEqual(save(second), {
      files: [{ path: "a.yml", state: "written" }],
      left: ["b.yml"],
    });
    assert.equal(read("a.yml"), "2");
    assert.equal(read("b.yml"), "1");
    assert.deepEqual(save(second).left, ["b.yml"]);
    rmSync(join(directory, "b.yml"));
    assert.deepEqual(save(second).left, []);
  });

  it("leaves alone what it did not write, and then writes nothing", () => {
    writeFileSync(join(directory, "b.yml"), "mine");
    const files = [file("a.yml", "1"), file("b.yml", "1")];
    const message = /^nothing was written: .*b\.yml is there, and no export wrote it\. .*--force$/;
    assert.throws(() => save(files), refused(message));
    assert.deepEqual(readdirSync(directory), ["b.yml"]);
    save(files, true);
    assert.equal(read("b.yml"), "1");
  });

  it("leaves alone what was changed since", () => {
    save([file("a.yml", "1")]);
    writeFileSync(join(directory, "a.yml"), "mine");
    const files = [file("a.yml", "2")];
    assert.throws(() => save(files), refused(/a\.yml was changed since it was exported/));
    assert.equal(read("a.yml"), "mine");
    save(files, true);
    assert.equal(read("a.yml"), "2");
  });

  it("takes what is there in the same words for its own", () => {
    writeFileSync(join(directory, "a.yml"), "1");
    assert.equal(save([file("a.yml", "1")]).files[0]?.state, "unchanged");
    assert.equal(save([file("a.yml", "2")]).files[0]?.state, "written");
  });

  it("goes by a record that is whole, or by none", () => {
    save([file("a.yml", "1")]);
    writeFileSync(join(directory, ".countersign-export.json"), "{");
    assert.throws(() => save([file("a.yml", "1")]), refused(/is no record of an export: restore/));
  });

  for (const force of [false, true]) {
    it(`does not follow symbolic links${force ? ", by no means" : ""}`, () => {
      const outside = join(directory, "outside");
      const inside = join(directory, "inside");
      mkdirSync(outside);
      mkdirSync(inside);
      symlinkSync(outside, join(inside, "files"));
      assert.throws(
        () => saveExport(inside, [file("files/a.yml", "1")], force),
        refused(/files is a symbolic link, which is never followed/),
      );
      assert.deepEqual(readdirSync(outside), []);
    });
  }

  it("does not write a file where a directory is", () => {
    mkdirSync(join(directory, "a.yml"));
    assert.throws(() => save([file("a.yml", "1")], true), refused(/a\.yml is there, as something/));
  });

  it("writes Secrets for their owner alone, also where they were open", () => {
    const secret = file("secrets/keys.yml", "1", true);
    mkdirSync(join(directory, "secrets"), { mode: 0o755 });
    for (const state of ["written", "unchanged"]) {
      assert.equal(save([secret]).files[0]?.state, state);
      assert.equal(statSync(join(directory, "secrets")).mode & 0o777, 0o700);
      assert.equal(statSync(join(directory, "secrets/keys.yml")).mode & 0o777, 0o600);
      chmodSync(join(directory, "secrets/keys.yml"), 0o644);
    }
  });

  it("writes nothing if a public file holds a private key", () => {
    const files = [file("a.yml", "1"), file("b.yml", "-----BEGIN PRIVATE KEY-----")];
    assert.throws(() => save(files), PrivateKeyFound);
    assert.ok(!existsSync(join(directory, "a.yml")));
  });
});

describe("the paths of Spinnaker's files", () => {
  const paths = ["../a.yml", "/etc/a.yml", "a/../../b.yml", "a//b.yml", ".hidden", "a\\b", "a\nb"];
  for (const path of [...paths, "", "./a.yml"]) {
    it(`are none that lead elsewhere: ${JSON.stringify(path)}`, () => {
      const { stack } = makeSpinnaker("halyard", { services: { orca: {} } });
      assert.throws(
        () => publicFiles({ ...stack, files: { [path]: "" } }, "stack dev"),
        refused(/^stack dev has a file ".*", which is no path below a directory: nothing was/),
      );
    });
  }

  it("are there once Spinnaker is deployed", () => {
    const { stack } = makeSpinnaker("halyard", { services: { orca: {} } });
    assert.throws(
      () => publicFiles({ ...stack, files: {} }, "stack dev"),
      refused(/^stack dev has no files of Spinnaker: run `pulumi up` first$/),
    );
  });
});
