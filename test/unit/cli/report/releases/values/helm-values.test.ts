import assert from "node:assert/strict";
import {
  helmName,
  helmValues,
  readable,
} from "../../../../../../cli/report/releases/rendered-side";
import { newNamesOf } from "../../../../../../cli/report/releases/values/new-names";
import { SECRET, UNKNOWN, type Property } from "../../../../../../cli/report/value";
import { makePlan } from "../../make-plan";
import { givenSecret } from "../given-secret";

const names = newNamesOf(
  makePlan(givenSecret("server-pair", "create", undefined, "server-pair-1a2b3c4d")),
);

function given(values: Property, keepsNulls = false, changed = () => false): unknown {
  return JSON.parse(helmValues(values, { names, keepsNulls, changed }).text);
}

describe("the values that Helm gets", () => {
  it("are those of the release", () => {
    const values = { text: "a", number: 1.5, list: [true, { deep: "b" }] };
    assert.deepEqual(given(values), values);
    assert.deepEqual(helmValues(undefined, { names, keepsNulls: false, changed: () => false }), {
      text: "{}",
      hasStandIns: false,
    });
  });

  it("contain no nulls, unless the release keeps them", () => {
    assert.deepEqual(given({ a: null, b: { c: null } }), { b: {} });
    assert.deepEqual(given({ a: null }, true), { a: null });
  });

  it("have placeholders, which become words again in the rendered manifests", () => {
    const values = { password: SECRET, token: SECRET, later: UNKNOWN };
    const changed = (path: string) => path === "token";
    const result = helmValues(values, { names, keepsNulls: false, changed });
    assert.equal(result.hasStandIns, true);
    const seen = JSON.parse(result.text) as Record<string, string>;
    for (const text of Object.values(seen)) assert.match(text, /^[a-z]([a-z0-9-]{0,61}[a-z0-9])$/);
    assert.equal(
      readable(`${seen.password ?? ""} ${seen.token ?? ""} ${seen.later ?? ""}`, names),
      "(secret) (secret, changed) (known after the up)",
    );
  });

  it("have a fixed name of the same length in place of one that is not final yet", () => {
    const seen = given({ pair: "server-pair-1a2b3c4d", file: "/x/server-pair-1a2b3c4d.crt" });
    assert.deepEqual(seen, { pair: "server-pair-00000000", file: "/x/server-pair-00000000.crt" });
    assert.equal(readable("a-server-pair-00000000.crt", names), "a-<new name of server-pair>.crt");
  });

  it("come with the name of the release", () => {
    assert.equal(helmName("backend", names, "x"), "backend");
    assert.equal(helmName(undefined, names, "default"), "default");
    assert.equal(readable(helmName(UNKNOWN, names, "x"), names), "(known after the up)");
    assert.equal(readable(helmName(SECRET, names, "x"), names), "(secret)");
  });
});
