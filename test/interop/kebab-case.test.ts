import assert from "node:assert/strict";
import fc from "fast-check";
import { kebabCase } from "../../components/substra/msp-id";
import { output } from "./process";
import { BUILD_PATIENCE, goProgram } from "./programs";

/** Kinds of characters in an MSP ID, with one example of each. */
const KINDS = ["A", "a", "1", "-"];

describe("kebabCase gives the same results as Helm's kebabcase", function () {
  this.timeout(300_000);
  let program: string;

  before(async function () {
    this.timeout(BUILD_PATIENCE);
    program = await goProgram("kebab");
  });

  /** Compares all texts in one process: a process for each text would take minutes. */
  async function compare(texts: readonly string[]): Promise<void> {
    const lines = await output(program, [], { input: texts.map((text) => `${text}\n`).join("") });
    const theirs = lines.split("\n").slice(0, -1);
    assert.equal(theirs.length, texts.length);
    const different = texts
      .map((text, position) => ({ text, ours: kebabCase(text), theirs: theirs[position] }))
      .filter((each) => each.ours !== each.theirs);
    assert.deepEqual(different.slice(0, 5), [], `${different.length} of ${texts.length} differ`);
  }

  it("for every sequence of up to eight kinds of characters", async () => {
    let longest = [""];
    const all = [...longest];
    for (let length = 1; length <= 8; length++) {
      longest = longest.flatMap((text) => KINDS.map((kind) => text + kind));
      all.push(...longest);
    }
    await compare(all);
  });

  it("for random MSP IDs", async () => {
    const seed = Date.now();
    const mspId = fc.stringMatching(/^[A-Za-z0-9-]{1,40}$/);
    try {
      await compare(fc.sample(mspId, { numRuns: 5000, seed }));
    } catch (error) {
      throw new Error(`with seed ${seed}`, { cause: error });
    }
  });

  it("for MSP IDs that people choose", () =>
    compare(["MyOrg1MSP", "OwkinPeerMSP", "Org2go", "ACMECorp", "a", "A1B2", "3M", "X-1", "x--Y"]));
});
