import assert from "node:assert/strict";
import fc from "fast-check";
import { renderJson } from "../../../../../cli/report/render/json";
import { renderMarkdown } from "../../../../../cli/report/render/markdown";
import { renderText } from "../../../../../cli/report/render/text";
import { prose } from "../../../../../cli/report/render/escape";
import { anyReport } from "./arbitrary-report";

const ANY_LIMIT = fc.oneof(fc.integer({ min: 2000, max: 20_000 }), fc.constant(64_000));

/** The line that there was no room for all dangers. */
const LEFT_OUT = /_Left out for length: \d+ (breaking|destructive) change/;

describe("a report of anything", () => {
  it("is not longer than allowed, the same each time, with all fences and elements closed and no table cut", () => {
    fc.assert(
      fc.property(anyReport, ANY_LIMIT, (report, limit) => {
        const markdown = renderMarkdown(report, { limit });
        assert.ok(Buffer.byteLength(markdown) <= limit);
        assertBalanced(markdown);
        assert.equal(markdown, renderMarkdown(report, { limit }));
      }),
      { numRuns: 100 },
    );
  });

  it("contains every danger as long as all of them fit", () => {
    fc.assert(
      fc.property(anyReport, (report) => {
        const markdown = renderMarkdown(report);
        for (const { text, todo } of report.stacks.flatMap(({ dangers }) => dangers)) {
          const told = markdown.includes(`${prose(text)}\n>\n> **Instead:** ${prose(todo)}`);
          assert.ok(told || LEFT_OUT.test(markdown));
        }
      }),
      { numRuns: 10 },
    );
  });

  it("contains nothing that a terminal would obey", () => {
    fc.assert(
      fc.property(anyReport, (report) => {
        assert.doesNotMatch(renderText(report), /[^\P{C}\n\t]|[\u2028\u2029]/u);
        assert.doesNotMatch(renderMarkdown(report), /[^\P{C}\n\t]|[\u2028\u2029]/u);
      }),
      { numRuns: 10 },
    );
  });

  it("is JSON with the stacks in their order", () => {
    fc.assert(
      fc.property(anyReport, (report) => {
        const { stacks } = JSON.parse(renderJson(report)) as { stacks: { stack: string }[] };
        assert.equal(stacks.length, report.stacks.length);
      }),
      { numRuns: 10 },
    );
  });
});

/** Checks, outside of fences, that elements are opened and closed in turn, and that a table's rows are equally long. */
function assertBalanced(markdown: string): void {
  let fence: string | undefined;
  let open = 0;
  let columns: number | undefined;
  for (const line of markdown.split("\n")) {
    const [ticks] = /^`{3,}/.exec(line) ?? [];
    if (fence !== undefined) {
      if (line === fence) fence = undefined;
      continue;
    }
    if (ticks !== undefined) fence = ticks;
    if (line.startsWith("<details>")) open += 1;
    if (line === "</details>") open -= 1;
    assert.ok(open >= 0);
    if (!line.startsWith("|")) {
      columns = undefined;
      continue;
    }
    const cells = line.replace(/\\[^]/g, "").split("|").length;
    columns ??= cells;
    assert.equal(cells, columns, line);
  }
  assert.equal(fence, undefined);
  assert.equal(open, 0);
}
