import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { CHECK_CODES, Checklist, exitStatus } from "../../../verify/check";
import { renderJson, renderText } from "../../../verify/print";
import { PAGE } from "../../../cli/verify";

function example() {
  const one = new Checklist("orchestrator");
  one.pass("release", "release is deployed");
  one.warn("expiry", "ends in 9 days.", "`pulumi up` renews it.");
  const two = new Checklist("MyOrg1MSP");
  two.judge("key", ["the key is not its own."], "the key is its own", "Create it again.");
  two.about("Deployment server").judge("chain", [], "signed by its CA", "");
  return { one, two, all: [...one.checks, ...two.checks] };
}

describe("checks", () => {
  it("are printed one a line, with advice and a link to the page", () => {
    const titles = new Map([["MyOrg1MSP", "MyOrg1MSP (release backend in org-1)"]]);
    assert.equal(
      renderText(example().all, { page: "page.md", titles }),
      `orchestrator
  √ release: release is deployed
  ! expiry: ends in 9 days.
      -> \`pulumi up\` renews it.
         page.md#expiry

MyOrg1MSP (release backend in org-1)
  × key: the key is not its own.
      -> Create it again.
         page.md#key
  √ chain: Deployment server: signed by its CA

4 checks: 1 does not hold, 1 early warning.
`,
    );
  });

  it("of a party fold into one line if all of them hold", () => {
    const list = new Checklist("MyOrg1MSP");
    list.pass("release", "is deployed");
    list.pass("key", "is its own");
    assert.equal(
      renderText(list.checks, { page: "page.md", fold: true }),
      "√ MyOrg1MSP: 2 checks\n\n2 checks: all hold.\n",
    );
  });

  it("are the same for programs", () => {
    const [first, second] = JSON.parse(renderJson(example().all)) as object[];
    assert.deepEqual(first, {
      party: "orchestrator",
      code: "release",
      ok: true,
      severity: "error",
      message: "release is deployed",
    });
    assert.deepEqual(second, {
      party: "orchestrator",
      code: "expiry",
      ok: false,
      severity: "warning",
      message: "ends in 9 days.",
      todo: "`pulumi up` renews it.",
    });
  });

  it("determine the exit status, except warnings", () => {
    const { one, two, all } = example();
    assert.equal(exitStatus(one.checks), 0);
    assert.equal(exitStatus(two.checks), 1);
    assert.equal(exitStatus(all), 1);
  });

  it("are all explained on the page", () => {
    const headings = [...readFileSync(PAGE, "utf8").matchAll(/^### (.+)$/gm)];
    assert.deepEqual(
      headings.map(([, code]) => code),
      [...CHECK_CODES],
    );
  });
});
