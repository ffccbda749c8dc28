import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { FOLDER, PAGE, reports, withReports } from "../../docs/generate";

describe("docs/pull-requests.md", () => {
  it("names the reports that the integration tests expect; make docs writes it", () => {
    const page = readFileSync(PAGE, "utf8");
    assert.equal(page, withReports(page), "run make docs");
  });
});

describe("docs/reports", () => {
  it("has these reports and no others; make docs writes them", () => {
    const expected = reports();
    assert.deepEqual(readdirSync(FOLDER).sort(), [...expected.keys()].sort(), "run make docs");
    for (const [name, text] of expected)
      assert.equal(readFileSync(join(FOLDER, name), "utf8"), text, `${name}: run make docs`);
  });
});
