import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { chartFolder, Helm, type Values } from "../integration/charts/helm";
import {
  mutualBackend,
  strictOrchestrator,
  wiredChoreoConnect,
} from "../integration/charts/values";
import { LEFT_OUT } from "./left-out";
import { realChart } from "./material";
import { shapeOf } from "./shape";

const CHARTS: readonly (readonly [chart: string, release: string, Values])[] = [
  ["orchestrator", "orchestrator", strictOrchestrator],
  ["substra-backend", "backend", mutualBackend],
  ["choreo-connect", "choreo-connect", wiredChoreoConnect],
];

describe("the stand-ins, beside the real charts of their version", function () {
  this.timeout(60_000);
  let helm: Helm;
  before(async () => (helm = await Helm.start()));
  after(() => helm.stop());

  for (const [chart, release, values] of CHARTS) {
    describe(chart, () => {
      let ours: string[];
      let real: string[];

      before(async () => {
        const target = { release, namespace: "standin" };
        const [standIn, other] = await Promise.all([
          helm.template(chart, target, values),
          helm.template(realChart(chart, versionOf(chart)), target, values),
        ]);
        ours = shapeOf(standIn.all);
        real = shapeOf(other.all);
      });

      it("invents nothing", () => {
        assert.deepEqual(
          ours.filter((line) => !real.includes(line)),
          [],
        );
      });

      it("leaves out nothing but what is known", () => {
        const known = LEFT_OUT[chart] ?? [];
        assert.deepEqual(
          real.filter((line) => !ours.includes(line) && !known.some(({ what }) => what.test(line))),
          [],
        );
      });

      for (const { what, why } of LEFT_OUT[chart] ?? []) {
        it(`still leaves out ${why}`, () => {
          assert.ok(real.some((line) => what.test(line) && !ours.includes(line)));
        });
      }
    });
  }
});

/** The version that a stand-in stands for, without the suffix of its own. */
function versionOf(chart: string): string {
  const file = join(chartFolder(chart), "Chart.yaml");
  const { version } = parse(readFileSync(file, "utf8")) as { version: string };
  return version.replace(/\+.*$/, "");
}
