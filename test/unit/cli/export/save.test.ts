import assert from "node:assert/strict";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PrivateKeyFound } from "../../../../enrollment/files";
import { CannotCheck } from "../../../../command/failure";
import { saveExport, type ExportedFile } from "../../../../export/save";

const file = (path: string, content: string, isSecret = false): ExportedFile => ({
  ...{ path, content, isSecret },
});
const refused = (message: RegExp) => (error: unknown) => {
  assert.ok(error instanceof CannotCheck, String(error));
  assert.match(error.message, message);
  return true;
};

describe("an export", () => {
  let directory: string;
  beforeEach(() => (directory = mkdtempSync(join(tmpdir(), "countersign-export-"))));
  afterEach(() => rmSync(directory, { recursive: true }));

  const read = (path: string) => readFileSync(join(directory, path), "utf8");
  const save = (files: readonly ExportedFile[], force = false) =>
    saveExport(directory, files, { record: ".countersign-export.json", force });

  it("writes files as they are, and once", () => {
    const files = [file("a/b.yml", "1"), file("c.yml", "2")];
    const paths = files.map(({ path }) => path);
    assert.deepEqual(save(files), {
      files: paths.map((path) => ({ path, state: "written" })),
      ...{ deleted: [], left: [] },
    });
    for (const { path, content } of files) assert.equal(read(path), content);
    assert.ok(save(files).files.every(({ state }) => state === "unchanged"));
  });

  it("deletes what is no longer in it, with the directories that are empty then", () => {
    save([file("a.yml", "1"), file("b/c/d.yml", "1"), file("b/e.yml", "1")]);
    writeFileSync(join(directory, "b", "mine.yml"), "mine");
    assert.deepEqual(save([file("a.yml", "2")]), {
      files: [{ path: "a.yml", state: "written" }],
      deleted: ["b/c/d.yml", "b/e.yml"],
      left: [],
    });
    assert.deepEqual(readdirSync(join(directory, "b")), ["mine.yml"]);
  });

  it("keeps what was changed since, and names it until it is gone", () => {
    save([file("a.yml", "1"), file("b.yml", "1")]);
    writeFileSync(join(directory, "b.yml"), "mine");
    const second = [file("a.yml", "2")];
    for (const force of [false, true]) assert.deepEqual(save(second, force).left, ["b.yml"]);
    assert.equal(read("b.yml"), "mine");
    rmSync(join(directory, "b.yml"));
    assert.deepEqual(save(second).left, []);
  });

  it("deletes nothing behind a symbolic link", () => {
    save([file("a/b.yml", "1")]);
    renameSync(join(directory, "a"), join(directory, "elsewhere"));
    symlinkSync(join(directory, "elsewhere"), join(directory, "a"));
    assert.deepEqual(save([]).left, ["a/b.yml"]);
    assert.equal(read("elsewhere/b.yml"), "1");
  });

  it("knows nothing of another system's export", () => {
    save([file("a.yml", "1")]);
    saveExport(directory, [], { record: ".countersign-choreo.json", force: false });
    assert.equal(read("a.yml"), "1");
  });

  it("leaves alone what it did not write, and then writes nothing", () => {
    writeFileSync(join(directory, "b.yml"), "mine");
    const files = [file("a.yml", "1"), file("b.yml", "1")];
    const message = /^nothing was written: .*b\.yml exists, and no export wrote it\. .*--force$/;
    assert.throws(() => save(files), refused(message));
    assert.deepEqual(readdirSync(directory), ["b.yml"]);
    save(files, true);
    assert.equal(read("b.yml"), "1");
  });

  it("leaves alone what was changed since", () => {
    save([file("a.yml", "1")]);
    writeFileSync(join(directory, "a.yml"), "mine");
    const files = [file("a.yml", "2")];
    assert.throws(() => save(files), refused(/a\.yml has been changed since it was exported/));
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
    assert.throws(
      () => save([file("a.yml", "1")]),
      refused(/is not a record of an export: restore/),
    );
  });

  for (const path of ["../a.yml", "b/../../a.yml", "/a.yml"]) {
    it(`goes by no record that leads elsewhere: ${path}`, () => {
      const record = { format: 1, files: { [path]: "" } };
      writeFileSync(join(directory, ".countersign-export.json"), JSON.stringify(record));
      assert.throws(() => save([]), refused(/is not a record of an export: restore/));
    });
  }

  for (const force of [false, true]) {
    it(`does not follow symbolic links${force ? ", by no means" : ""}`, () => {
      const outside = join(directory, "outside");
      const inside = join(directory, "inside");
      mkdirSync(outside);
      mkdirSync(inside);
      symlinkSync(outside, join(inside, "files"));
      assert.throws(
        () =>
          saveExport(inside, [file("files/a.yml", "1")], {
            record: ".countersign-export.json",
            force,
          }),
        refused(/files is a symbolic link, which is never followed/),
      );
      assert.deepEqual(readdirSync(outside), []);
    });
  }

  it("does not write a file where a directory is", () => {
    mkdirSync(join(directory, "a.yml"));
    assert.throws(
      () => save([file("a.yml", "1")], true),
      refused(/a\.yml exists, but is something else/),
    );
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
