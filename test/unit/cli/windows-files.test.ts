import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readPlans } from "../../../cli/report/sources";
import { readStackDocument } from "../../../command/stack-outputs";

/** A file of JSON as it is, and as PowerShell and Notepad write it. */
const FORMS: Readonly<Record<string, (text: string) => Buffer>> = {
  "in UTF-8": (text) => Buffer.from(text),
  "with a byte order mark": (text) => Buffer.from(`\uFEFF${text}`),
  "in UTF-16, as PowerShell redirects": (text) =>
    Buffer.from(`\uFEFF${text.replaceAll("\n", "\r\n")}`, "utf16le"),
  "in UTF-16, the other way round": (text) => Buffer.from(`\uFEFF${text}`, "utf16le").swap16(),
};

describe("what Pulumi printed on Windows", () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "countersign-windows-"))));
  afterEach(() => rmSync(folder, { recursive: true }));

  const written = (content: object, form: (text: string) => Buffer) => {
    const path = join(folder, "printed.json");
    writeFileSync(path, form(`${JSON.stringify(content, null, 2)}\n`));
    return path;
  };

  for (const [name, form] of Object.entries(FORMS)) {
    it(`is read as outputs ${name}`, async () => {
      const outputs = { releases: {}, waiting: { MyOrg1MSP: "Société" } };
      const path = written(outputs, form);
      const { content } = await readStackDocument({ kind: "file", path });
      assert.deepEqual(content, outputs);
    });

    it(`is read as a saved preview ${name}`, async () => {
      const path = written({ steps: [], changeSummary: {} }, form);
      await assert.rejects(readPlans([{ kind: "file", path }], { folder, configFile: undefined }), {
        // Which is said of its content, and so only once it was read.
        message: `${path} contains no resources; create it with \`pulumi preview --json --show-sames\``,
      });
    });
  }
});
