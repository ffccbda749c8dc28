import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { ALL, configure, type Change } from "../soak/configurations";
import { problemsOf } from "./config/make-config";

const DEV = readFileSync(join(__dirname, "..", "..", "Pulumi.dev.yaml"), "utf8");

function problemsWith(changes: ReadonlySet<Change>): string[] {
  let written = "";
  configure({ write: (_, text) => void (written = text) }, DEV, changes);
  const { config } = parse(written) as { config: Record<string, unknown> };
  const own = Object.entries(config).map(([key, value]) => [
    key.replace("countersign:", ""),
    value,
  ]);
  return problemsOf(Object.fromEntries(own) as Record<string, unknown>);
}

describe("the configurations of make soak", () => {
  it("are all good, so that they are never the reason why something is not repaired", () => {
    for (let chosen = 0; chosen < 2 ** ALL.length; chosen++) {
      const changes = ALL.filter((_, position) => (chosen >> position) % 2 === 1);
      assert.deepEqual(problemsWith(new Set(changes)), [], changes.join());
    }
  });
});
