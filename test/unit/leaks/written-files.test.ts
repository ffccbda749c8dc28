import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PrivateKeys } from "../../leaks/keys";
import { WrittenFiles } from "../../leaks/written-files";
import { keys } from "../x509/make-keys";

describe("the files that programs write", () => {
  let base: string;
  before(() => (base = mkdtempSync(join(tmpdir(), "countersign-written-"))));
  after(() => rmSync(base, { recursive: true }));

  it("are searched for keys, including deleted ones", async () => {
    const files = await WrittenFiles.watch(base);
    const pem = keys("p256").privateKey.export({ format: "pem", type: "pkcs8" }).toString();
    const script = `
      mkdir -p deep/er && printf '%s' "$KEY" >deep/er/key && sleep 0.2
      rm -r deep && echo harmless >other && mkfifo pipe && ln -s /dev/zero endless`;
    execFileSync("sh", ["-ec", script], { cwd: base, env: { ...process.env, KEY: pem } });
    writeFileSync(join(base, "late"), "harmless");
    const found = await files.search(new PrivateKeys().addFrom(pem));
    assert.deepEqual(found, { searched: 3, keys: 1, withKeys: [join(base, "deep/er/key")] });
  });
});
