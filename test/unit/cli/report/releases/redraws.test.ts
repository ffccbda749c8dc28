import assert from "node:assert/strict";
import { redrawsOf } from "../../../../../cli/report/releases/redraws";
import type { Facts } from "../../../../../facts";
import { makeResource } from "../make-plan";

const KEY = "Secret backend-server-key";
const consequence = "people have to log in again";

/** A component that knows what its release's upgrades draw, after a change and not before. */
function component(
  after: Facts = { redraws: [{ object: KEY, field: "SECRET_KEY", consequence }] },
) {
  return {
    resource: makeResource({ type: "countersign:x:Backend", name: "b" }),
    before: {},
    after,
  };
}

describe("what else an upgrade touches", () => {
  const key = { object: KEY, fields: ["SECRET_KEY"] };
  const other = { object: "Secret other", fields: ["password"] };

  it("is what its rendered manifests draw, with what comes of it where that is known", () => {
    const drawn = { objects: [key, other], looksUp: false };
    const expected = [
      { ...key, consequence, mayStay: false },
      { ...other, consequence: undefined, mayStay: false },
    ];
    assert.deepEqual(redrawsOf("upgraded", component(), drawn), expected);
  });

  it("may stay where templates look into the cluster, except what is known not to", () => {
    const drawn = { objects: [key, other], looksUp: true };
    assert.deepEqual(
      redrawsOf("upgraded", component(), drawn).map(({ mayStay }) => mayStay),
      [false, true],
    );
    assert.deepEqual(
      redrawsOf("upgraded", undefined, drawn).map(({ mayStay }) => mayStay),
      [true, true],
    );
  });

  it("is all that is known where there are no manifests, and nothing that they do not have", () => {
    const known = [{ ...key, consequence, mayStay: false }];
    assert.deepEqual(redrawsOf("upgraded", component(), undefined), known);
    assert.deepEqual(redrawsOf("replaced", component(), undefined), known);
    assert.deepEqual(redrawsOf("upgraded", component(), { objects: [], looksUp: false }), []);
    assert.deepEqual(redrawsOf("upgraded", component({}), undefined), []);
  });

  it("is nothing of a release that comes or goes", () => {
    assert.deepEqual(redrawsOf("installed", component(), undefined), []);
    assert.deepEqual(redrawsOf("removed", component(), undefined), []);
  });
});
