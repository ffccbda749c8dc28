import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { PHASES } from "../../components/spinnaker/phase";
import { installCrd, kubectl } from "../integration/kubectl";
import { countersign, person, pulumi, up, type Person } from "../integration/people";
import { spinnakerService } from "../integration/spinnaker/cluster";
import { realDefinitions } from "./definitions";

const GROUP = "spinnaker.io";
const SECTION = "countersign:spinnaker";
/** Services that Dinghy calls: it shows no certificate, so their last phase is `want`. */
const EXCEPTIONS = ["echo", "fiat", "front50", "orca"];

describe("the definition of the Spinnaker Operator", function () {
  this.timeout(600_000);
  const installed: string[] = [];
  let who: Person;
  const configure = (key: string, value: string) =>
    pulumi(who, "config", "set", "--stack", "operator", "--path", `${SECTION}.${key}`, value);

  before(async () => {
    for (const text of realDefinitions("spinnaker-operator").values()) {
      installed.push(await installCrd(text));
    }
    who = await person("real-spinnaker", { at: "examples/spinnaker" });
    await pulumi(who, "stack", "select", "--create", "operator");
  });

  after(async () => {
    await pulumi(who, "destroy", "--yes", "--stack", "operator", "--skip-preview");
    await kubectl(["delete", "crd", ...installed]);
  });

  for (const phase of PHASES) {
    it(`accepts the example in phase ${phase}, and drops nothing of it`, async () => {
      await configure("phase", phase);
      if (phase === "need") {
        for (const service of EXCEPTIONS) await configure(`exceptions.${service}`, "want");
      }
      await up(who, "operator");
      const text = await countersign(who, "verify", "--stack", "operator", "--all");
      assert.match(text, /\d+ checks: all hold(, \d+ (early )?warnings?)?\.\n$/);
      await countersign(who, "spinnaker", "export", "--stack", "operator", "--to", "exported");
      const file = readFileSync(join(who.folder, "exported", "spinnakerservice.yml"), "utf8");
      const ours = parse(file) as { spec: object };
      const found = await spinnakerService(GROUP, "spinnaker");
      assert.ok(found);
      assert.deepEqual(lostOf(ours.spec, found.spec), []);
    });
  }
});

/** Returns the paths of values that are wanted, but missing or different. */
function lostOf(wanted: unknown, found: unknown, path = "spec"): string[] {
  if (typeof wanted !== "object" || wanted === null || Array.isArray(wanted)) {
    return JSON.stringify(wanted) === JSON.stringify(found) ? [] : [path];
  }
  if (typeof found !== "object" || found === null) return [path];
  return Object.entries(wanted).flatMap(([key, value]) =>
    lostOf(value, (found as Record<string, unknown>)[key], `${path}.${key}`),
  );
}
