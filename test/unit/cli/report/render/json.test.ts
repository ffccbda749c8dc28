import assert from "node:assert/strict";
import { renderJson } from "../../../../../cli/report/render/json";
import { UNKNOWN } from "../../../../../cli/report/value";
import { AT, certificate, report, stackReport } from "../make-report";

describe("renderJson", () => {
  it("is the model with its format and a headline for all stacks and for each one", () => {
    const { stack, ...rest } = stackReport();
    assert.deepEqual(JSON.parse(renderJson(report())), {
      format: 1,
      headline: "Nothing changes.",
      at: AT,
      stacks: [{ stack, headline: "Nothing changes.", ...rest }],
    });
  });

  it("omits undefined fields, and marks unknown values", () => {
    const certificates = [certificate({ subject: UNKNOWN, expires: undefined })];
    const { stacks } = JSON.parse(renderJson(report({ certificates }))) as {
      stacks: { certificates: Record<string, unknown>[] }[];
    };
    const made = stacks[0]?.certificates[0] ?? {};
    assert.deepEqual(made.subject, { unknown: true });
    assert.equal(Object.hasOwn(made, "expires"), false);
  });

  it("has the findings of gates, even if there are none", () => {
    const finding = { gate: "breaking", stack: "dev", text: "A." };
    const findingsOf = (text: string) => (JSON.parse(text) as { findings?: unknown }).findings;
    assert.deepEqual(findingsOf(renderJson(report(), { findings: [finding] })), [finding]);
    assert.deepEqual(findingsOf(renderJson(report(), { findings: [] })), []);
    assert.equal(findingsOf(renderJson(report())), undefined);
  });
});
