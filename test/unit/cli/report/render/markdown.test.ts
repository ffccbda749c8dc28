import assert from "node:assert/strict";
import type { StackReport } from "../../../../../cli/report/model";
import { renderMarkdown } from "../../../../../cli/report/render/markdown";
import { certificate, danger, lifetime, notice, release, report } from "../make-report";

function linesOf(...stacks: readonly Partial<StackReport>[]): string[] {
  return renderMarkdown(report(...stacks)).split("\n");
}

/** A number of releases, each with a diff of so many characters. */
function bigReleases(number: number, characters: number) {
  return Array.from({ length: number }, (_, index) => {
    const objects = [
      {
        kind: "Deployment",
        name: `d${index}`,
        operation: "changed" as const,
        diff: `+${"x".repeat(characters + index)}\n`,
      },
    ];
    return release({ party: `P${index}`, manifests: { objects, notes: [] } });
  });
}

describe("renderMarkdown", () => {
  it("says in a few lines if nothing changes", () => {
    assert.deepEqual(linesOf({}), [
      "# What changes in `dev`",
      "",
      "**Nothing changes.**",
      "",
      "Previewed 2026-01-05 13:04Z.",
      "",
    ]);
  });

  it("begins with what is destroyed and broken, each with what to do, and then warnings", () => {
    const dangers = [
      danger("breaking", "A cannot reach <b>."),
      danger("destructive", "B is lost."),
    ];
    const notices = [notice("info", "read this"), notice("warning", "mind @this\nand that")];
    assert.deepEqual(linesOf({ dangers, notices }).slice(2), [
      "**Destructive (1) and breaking (1).**",
      "",
      "Previewed 2026-01-05 13:04Z.",
      "",
      "## Destructive",
      "",
      "> [!CAUTION]",
      "> B is lost.",
      ">",
      "> **Instead:** do not",
      "",
      "## Breaking",
      "",
      "> [!CAUTION]",
      "> A cannot reach &#60;b&#62;.",
      ">",
      "> **Instead:** do not",
      "",
      "> [!WARNING]",
      "> mind @&#8203;this and that",
      "",
      "## Messages",
      "",
      "- read this",
      "",
    ]);
  });

  it("begins with the previews that failed", () => {
    assert.deepEqual(linesOf({ failure: "a request\nof <x> is refused" }).slice(2), [
      "**The preview failed.**",
      "",
      "Previewed 2026-01-05 13:04Z.",
      "",
      "## Preview failed",
      "",
      "> [!CAUTION]",
      "> `dev`: a request of &#60;x&#62; is refused",
      "",
    ]);
  });

  it("has the dangers of all stacks at the top, and a section for each stack", () => {
    const lines = linesOf(
      { stack: "consortium", certificates: [certificate()] },
      { stack: "org-2", dangers: [danger("breaking", "A.")] },
    );
    assert.deepEqual(
      lines.filter((line) => /^[#*>A-Z0-9]/.test(line)),
      [
        "# What changes in `consortium`, `org-2`",
        "**Breaking (1): 1 certificate renewed.**",
        "Previewed 2026-01-05 13:04Z.",
        "## Breaking",
        "> [!CAUTION]",
        "> `org-2`: A.",
        ">",
        "> **Instead:** do not",
        "## Stack `consortium`",
        "1 certificate renewed.",
        "### Certificates",
        "## Stack `org-2`",
        "Breaking (1).",
      ],
    );
  });

  it("counts stacks if there are many", () => {
    const stacks = ["a", "b", "c", "d"].map((stack) => ({ stack }));
    assert.equal(linesOf(...stacks)[0], "# What changes in 4 stacks");
  });

  it("leaves out the longest diffs first, and says how to see them", () => {
    const made = report({ releases: bigReleases(3, 1000) });
    const markdown = renderMarkdown(made, { limit: 3500 });
    assert.match(
      markdown,
      /\n_Left out for length: the diff of changed `Deployment d2`; `countersign report --stack dev --format text` shows all\._\n/,
    );
    assert.match(markdown, /\+x{1001}\n/);
    assert.doesNotMatch(markdown, /\+x{1002}\n/);
  });

  it("keeps dangers, the headline and certificates longest", () => {
    const stack = {
      dangers: [danger("destructive", "A is lost.")],
      certificates: Array.from({ length: 5 }, (_, index) => certificate({ owner: `P${index}` })),
      releases: bigReleases(20, 1000),
      lifetimes: Array.from({ length: 20 }, (_, index) => lifetime({ owner: `P${index}` })),
    };
    const markdown = renderMarkdown(report(stack), { limit: 2000 });
    assert.match(markdown, /A is lost\./);
    assert.match(markdown, /\n\| `P4` \| renewed \|/);
    assert.match(markdown, /_Left out for length: 18 more releases; /);
    assert.match(markdown, /_Left out for length: the dates of 20 certificates; /);
  });

  it("leaves out whole rows of certificates", () => {
    const certificates = Array.from({ length: 100 }, (_, index) =>
      certificate({ owner: `P${index}` }),
    );
    const markdown = renderMarkdown(report({ certificates }), { limit: 4000 });
    const rows = markdown.split("\n").filter((line) => line.startsWith("| `P"));
    assert.ok(rows.length > 10);
    assert.ok(
      markdown.endsWith(
        `\n\n_Left out for length: ${100 - rows.length} more certificates; \`countersign report --stack dev --format text\` shows all._\n`,
      ),
    );
  });

  it("shortens a headline with strange names", () => {
    const releases = [release({ party: "<@|>".repeat(10) }), release({ party: "$|".repeat(20) })];
    const names = releases.map(({ party }) => release({ party, operation: "removed" }));
    assert.equal(
      linesOf({ releases: [...releases, ...names] })[2],
      "**2 releases are removed, 2 releases roll.**",
    );
  });
});
