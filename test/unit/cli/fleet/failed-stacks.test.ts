import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { FailedStacks } from "../../../../cli/fleet/report/comparison";
import { readStackFolder } from "../../../../cli/fleet/stack-folder";

const stateWith = (version: string) => ({
  deployment: {
    resources: [
      {
        type: "kubernetes:helm.sh/v3:Release",
        outputs: { status: { chart: "substra-backend", version } },
      },
    ],
  },
});

describe("stacks that failed", () => {
  let directory: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "countersign-failed-"));
    writeFileSync(join(directory, "Pulumi.yaml"), "name: countersign\n");
    write("consortium", { "countersign:authority": {} });
    for (const n of [1, 2, 3]) writeOrganization(n, { hostname: `${"abc"[n - 1] ?? ""}.example` });
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  const write = (stack: string, config: object) =>
    writeFileSync(join(directory, `Pulumi.${stack}.yaml`), stringify({ config }));
  const writeOrganization = (n: number, more: object) =>
    write(`org-${n}`, {
      "countersign:organizations": {
        [`Org${n}MSP`]: {
          namespace: `org-${n}`,
          signedBy: { stack: "consortium" },
          ...more,
        },
      },
    });

  async function compared(held: readonly string[], failed: readonly string[]) {
    const asked: string[] = [];
    const stacks = new FailedStacks(
      readStackFolder(directory),
      {
        history: (stack) => Promise.resolve([]).finally(() => asked.push(stack)),
        state: (stack) => Promise.resolve(stateWith(stack === "org-3" ? "1.0.0" : "2.0.0")),
      },
      held,
    );
    return { comparisons: await stacks.compare(failed), asked };
  }

  it("are compared with the last one of their kind that holds, in what is not particular to each", async () => {
    writeOrganization(3, { hostname: "c.example", values: { replicas: 3 } });
    const { comparisons } = await compared(["org-1", "org-2", "consortium"], ["org-3"]);
    assert.deepEqual(comparisons.get("org-3"), {
      lastGood: {
        stack: "org-2",
        charts: ["substra-backend 2.0.0"],
        values: [
          { key: "charts.substra-backend", here: "1.0.0", there: "2.0.0" },
          { key: "countersign:organizations.<party>.values.replicas", here: "3" },
        ],
        usual: ["countersign:organizations.<party>.hostname"],
      },
    });
  });

  it("are not compared with stacks of another kind", async () => {
    const { comparisons } = await compared(["consortium"], ["org-3"]);
    assert.deepEqual(comparisons.get("org-3"), {});
  });

  it("are not compared with themselves, if they held first and failed to sign later", async () => {
    const { comparisons } = await compared(["consortium"], ["consortium"]);
    assert.deepEqual(comparisons.get("consortium"), {});
  });

  it("are compared up to a number", async () => {
    for (const n of [4, 5, 6, 7]) writeOrganization(n, {});
    const names = [1, 2, 3, 4, 5, 6, 7].map((n) => `org-${n}`);
    const { asked, comparisons } = await compared([], names);
    assert.deepEqual(asked.sort(), names.slice(0, 5));
    assert.equal(comparisons.size, 5);
  });

  it("come with the reason if they cannot be compared", async () => {
    const stacks = new FailedStacks(
      readStackFolder(directory),
      {
        history: () => Promise.reject(new Error("no backend")),
        state: () => Promise.resolve({}),
      },
      [],
    );
    assert.deepEqual([...(await stacks.compare(["org-1"]))], [["org-1", "no backend"]]);
  });
});
