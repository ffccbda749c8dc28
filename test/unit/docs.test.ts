import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { PAGE, withReports } from "../../docs/generate";

describe("docs/pull-requests.md", () => {
  it("shows the reports that the integration tests expect; `make docs` writes them", () => {
    const page = readFileSync(PAGE, "utf8");
    assert.equal(page, withReports(page));
  });
});
