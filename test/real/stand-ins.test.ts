import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { changed, chartFolder, Helm, type Values } from "../integration/charts/helm";
import {
  mutualBackend,
  strictOrchestrator,
  wiredChoreoConnect,
} from "../integration/charts/values";
import { defaultsOf } from "./defaults";
import { LEFT_OUT } from "./left-out";
import { realChart } from "./material";
import { shapeOf } from "./shape";
import { VARIANTS } from "./variants";

const CHARTS: readonly (readonly [chart: string, release: string, Values])[] = [
  ["orchestrator", "orchestrator", strictOrchestrator],
  ["substra-backend", "backend", mutualBackend],
  ["choreo-connect", "choreo-connect", wiredChoreoConnect],
];

describe("the stand-ins, compared with the real charts of their version", function () {
  this.timeout(60_000);
  let helm: Helm;
  before(async () => (helm = await Helm.start()));
  after(() => helm.stop());

  for (const [chart, release, values] of CHARTS) {
    const real = () => realChart(chart, versionOf(chart));

    async function shapes(changes: Values = {}) {
      const target = { release, namespace: "standin" };
      const [ours, theirs] = await Promise.all(
        [chart, real()].map((each) => helm.template(each, target, changed(values, changes))),
      );
      return { ours: shapeOf(ours?.all ?? []), real: shapeOf(theirs?.all ?? []) };
    }

    describe(chart, () => {
      for (const [what, changes] of [["", {}], ...Object.entries(VARIANTS[chart] ?? {})] as const) {
        it(`adds nothing${what}`, async () => {
          const { ours, real } = await shapes(changes);
          assert.deepEqual(
            ours.filter((line) => !real.includes(line)),
            [],
          );
        });

        it(`leaves out only the listed lines${what}`, async () => {
          const { ours, real } = await shapes(changes);
          const missing = real.filter((line) => !ours.includes(line));
          const known = LEFT_OUT[chart] ?? [];
          assert.deepEqual(
            missing.filter((line) => !known.some((each) => each.what.test(line))),
            [],
          );
        });
      }

      for (const { what, why } of LEFT_OUT[chart] ?? []) {
        it(`still leaves out ${why}`, async () => {
          const { ours, real } = await shapes();
          assert.ok(real.some((line) => what.test(line) && !ours.includes(line)));
        });
      }

      it("has the real defaults", () => {
        const theirs = defaultsOf(real());
        const ours = [...defaultsOf(chartFolder(chart))];
        assert.deepEqual(
          ours,
          ours.map(([path]) => [path, theirs.get(path)]),
        );
      });
    });
  }
});

/** Returns the version of the real chart that a stand-in stands for, without the stand-in's suffix. */
function versionOf(chart: string): string {
  const file = join(chartFolder(chart), "Chart.yaml");
  const { version } = parse(readFileSync(file, "utf8")) as { version: string };
  return version.replace(/\+.*$/, "");
}
