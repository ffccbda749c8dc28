import assert from "node:assert/strict";
import { cpSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Report } from "../../cli/fleet/report/report";
import { FleetFolder, linesOf } from "./fleet-folder";

const charts = resolve(__dirname, "..", "..", "charts");

const hasRecord = ({ directory }: FleetFolder) =>
  existsSync(join(directory, ".countersign/fleet/progress.json"));

/** Returns the states of stacks, which no run may touch. */
const statesOf = (folder: FleetFolder, stacks: readonly string[]) =>
  stacks.map((stack) => folder.state(stack));

/** Returns "wave: stacks, result" for each wave. */
const wavesOf = ({ waves = [] }: Report) =>
  waves.map(({ wave, stacks, result, untouched }) =>
    [`${wave}: ${stacks.length} ${result}`, ...(untouched ? ["untouched"] : [])].join(", "),
  );

const positionIn = (text: string, line: string) => {
  const position = text.indexOf(line);
  assert.ok(position >= 0, `${line} is not in:\n${text}`);
  return position;
};

describe("countersign fleet in waves", function () {
  this.timeout(900_000);
  const MSP_IDS = [1, 2, 3, 4, 5, 6, 7].map((n) => `MyOrg${n}MSP`);
  const LATER = ["org-4", "org-5", "org-6", "org-7"];
  let folder: FleetFolder;

  before(async () => {
    folder = await FleetFolder.create("waves", MSP_IDS);
  });
  after(() => folder.files.end());

  const set = (n: number, path: readonly string[], value: unknown) =>
    folder.set(`org-${n}`, ["organizations", `MyOrg${n}MSP`, ...path], value);

  it("deploys and verifies wave by wave, and signs what each wave requests", async () => {
    const { status, report, stderr } = await folder.fleet("up", "--waves", "2,25%,rest");
    assert.equal(status, 0, stderr);
    assert.deepEqual(wavesOf(report), ["1: 2 done", "2: 2 done", "3: 4 done"]);
    const [consortium, ...organizations] = linesOf(report).map((line) =>
      line.replace(/\d+ checks: all hold(, \d+ early warnings?)?/, "holds"),
    );
    assert.equal(
      consortium,
      "consortium: done: deploy done, verify done (holds), sign done, sign done",
    );
    assert.deepEqual(
      organizations,
      MSP_IDS.map((_, n) => `org-${n + 1}: done: request done, deploy done, verify done (holds)`),
    );
    assert.deepEqual(
      report.stacks.map(({ waiting }) => waiting),
      Array.from({ length: 8 }, () => []),
    );
    // Not even a request is made before the wave.
    assert.ok(
      positionIn(stderr, "wave 1 of 3 holds") < positionIn(stderr, "org-2: request begins"),
    );
    assert.ok(
      positionIn(stderr, "wave 2 of 3 holds") < positionIn(stderr, "org-4: request begins"),
    );
    assert.match(folder.log("org-7"), /√ accepted: .*\n/);
  });

  it("stops at the wave in which a chart breaks what was verified, and touches no later stack", async () => {
    // Its new version does not use TLS if there are several servers.
    const chart = join(folder.directory, "next", "substra-backend");
    cpSync(join(charts, "substra-backend"), chart, { recursive: true });
    edit(join(chart, "Chart.yaml"), /^version: .*$/m, "version: 26.16.0");
    edit(
      join(chart, "templates/config-orchestrator.yaml"),
      "{{ .tls.enabled | quote }}",
      "{{ lt (int $.Values.server.replicaCount) 2 | quote }}",
    );
    for (const n of [1, 2, 3, 4, 5, 6, 7]) set(n, ["chart", "path"], "next/substra-backend");
    set(3, ["values"], { server: { replicaCount: 3 } });
    const before = statesOf(folder, LATER);

    const { status, report, stderr } = await folder.fleet("up", "--waves", "2,25%,rest");
    assert.equal(status, 1, stderr);
    assert.deepEqual(wavesOf(report), ["1: 2 done", "2: 2 failed", "3: 4 skipped, untouched"]);
    assert.deepEqual(statesOf(folder, LATER), before);
    assert.doesNotMatch(stderr, /org-[4-7]: /);
    assert.deepEqual(
      report.stacks.map(({ stack, result }) => `${stack} ${result}`),
      [
        ...["consortium done", "org-1 done", "org-2 done", "org-3 failed"],
        ...LATER.map((stack) => `${stack} skipped`),
      ],
    );
    const failed = report.stacks[3];
    const checks = failed?.passes.at(-1)?.checks ?? [];
    assert.deepEqual(
      checks.map(({ party, code, message }) => `${party} ${code}: ${message}`),
      ['MyOrg3MSP files: ORCHESTRATOR_TLS_ENABLED is not "true".'],
    );
    const own = "countersign:organizations.MyOrg3MSP";
    assert.ok(typeof failed?.comparison === "object");
    assert.deepEqual(failed.comparison.lastGood, {
      stack: "org-2",
      charts: ["substra-backend 26.16.0"],
      values: [{ key: "countersign:organizations.<party>.values.server.replicaCount", here: "3" }],
      usual: [],
    });
    assert.deepEqual(failed.comparison.before?.values, [
      { key: `${own}.chart.path`, here: "next/substra-backend", there: "charts/substra-backend" },
      { key: `${own}.values.server.replicaCount`, here: "3" },
    ]);
    assert.equal(hasRecord(folder), true);
  });

  it("goes on with that wave, verifies all of it again, and skips what held", async () => {
    set(3, ["values"], undefined);
    const { status, report, stderr } = await folder.fleet("up", "--resume");
    assert.equal(status, 0, stderr);
    assert.match(stderr, /^Continuing with --waves 2,25%,rest\.$/m);
    assert.deepEqual(wavesOf(report), ["1: 2 done", "2: 2 done", "3: 4 done"]);
    const again = report.stacks.slice(0, 4).map(({ stack, passes }) => {
      const ran = passes.filter(({ note }) => note !== "already done");
      return `${stack}: ${ran.map(({ pass }) => pass).join(", ")}`;
    });
    // The corrected stack may have made another request, so the wave is signed and deployed again.
    assert.deepEqual(again, [
      "consortium: sign, sign",
      "org-1: ",
      "org-2: deploy, verify",
      "org-3: request, deploy, verify",
    ]);
    for (const { stack, changes } of report.stacks.slice(4))
      assert.deepEqual(changes, { update: 1 }, stack);
    assert.equal(hasRecord(folder), false);
  });

  it("has never written an unencrypted private key", async () => {
    const { keys, withKeys } = await folder.files.search(
      await folder.keysOf(["consortium", "org-1", "org-3"]),
    );
    assert.deepEqual(withKeys, []);
    assert.equal(keys, 4); // of the CA, the orchestrator and two organizations
  });
});

function edit(file: string, found: string | RegExp, replacement: string): void {
  const text = readFileSync(file, "utf8");
  const edited = text.replace(found, replacement);
  assert.notEqual(edited, text, file);
  writeFileSync(file, edited);
}

/**
 * Stands for Countersign's program where only the fleet matters: an `up` takes a second. Its chart breaks with several
 * replicas.
 */
const STAND_IN = `
const { Config, RunError } = require("@pulumi/pulumi");
module.exports = async () => {
  const { chart, replicas = 1 } = new Config("countersign").requireObject("app");
  if (chart === "2.0.0" && replicas > 1)
    throw new RunError("chart 2.0.0 cannot be installed with several replicas");
  return { releases: {}, chart };
};
`;

describe("countersign fleet in waves, with 50 stand-in stacks", function () {
  this.timeout(1_800_000);
  const STACKS = Array.from({ length: 50 }, (_, index) => `app-${index + 1}`);
  const LATER = STACKS.slice(6);
  let folder: FleetFolder;

  before(async () => {
    const stacks = STACKS.map((name) => {
      const app = {
        chart: "1.0.0",
        host: `${name}.example`,
        ...(name === "app-4" && { replicas: 3 }),
      };
      return [name, { app }] as const;
    });
    folder = await FleetFolder.withProgram("fifty", STAND_IN, new Map(stacks));
    // One of the last wave has a state already; the others have none, which costs nothing to compare.
    const deployed = [...STACKS.slice(0, 6), "app-50"];
    const { status, stderr } = await folder.fleet("up", "--parallel", "4", "--select", ...deployed);
    assert.equal(status, 0, stderr);
  });
  after(() => folder.files.end());

  it("deploys the first wave, stops when the chart breaks in the second, and touches nothing else", async () => {
    for (const stack of STACKS) folder.set(stack, ["app", "chart"], "2.0.0");
    const before = statesOf(folder, LATER);
    assert.equal(before.filter((state) => state !== undefined).length, 1);
    const { status, report, stderr } = await folder.fleet("up", "--waves", "1,10%,rest");
    assert.equal(status, 1, stderr);
    assert.deepEqual(wavesOf(report), ["1: 1 done", "2: 5 failed", "3: 44 skipped, untouched"]);
    assert.deepEqual(
      report.stacks.filter(({ result }) => result === "done").map(({ stack }) => stack),
      ["app-1", "app-2", "app-3", "app-5", "app-6"],
    );
    assert.deepEqual(statesOf(folder, LATER), before);
    for (const stack of LATER) assert.equal(folder.log(stack), "", stack);
    const failed = report.stacks[3];
    assert.equal(failed?.error, "chart 2.0.0 cannot be installed with several replicas");
    assert.ok(typeof failed.comparison === "object");
    const { stack: good, values } = failed.comparison.lastGood ?? assert.fail("no comparison");
    assert.match(good, /^app-[12356]$/);
    assert.deepEqual(values, [{ key: "countersign:app.replicas", here: "3" }]);
    assert.deepEqual(failed.comparison.before?.values, [
      { key: "countersign:app.chart", here: "2.0.0", there: "1.0.0" },
    ]);
  });
});
