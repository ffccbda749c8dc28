import assert from "node:assert/strict";
import { redrawsOf } from "../../../../../cli/report/releases/manifests-part";
import type { Facts } from "../../../../../facts";
import { makeResource } from "../make-plan";

const KEY = "Secret backend-server-key";
const consequence = "people have to log in again";

/** A component that states what its release's upgrades generate, after a change and not before. */
function component(
  after: Facts = { redraws: [{ object: KEY, field: "SECRET_KEY", consequence }] },
) {
  return {
    resource: makeResource({ type: "countersign:x:Backend", name: "b" }),
    before: {},
    after,
  };
}

describe("the random content that an upgrade also changes", () => {
  const key = { object: KEY, fields: ["SECRET_KEY"] };
  const other = { object: "Secret other", fields: ["password"] };

  it("is what its rendered manifests generate, with the consequence if that is known", () => {
    const drawn = { objects: [key, other], looksUp: false };
    const expected = [
      { ...key, consequence, mayStay: false },
      { ...other, consequence: undefined, mayStay: false },
    ];
    assert.deepEqual(redrawsOf("upgraded", component(), drawn), expected);
  });

  it("may stay if templates look into the cluster, except what is known not to", () => {
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

  it("is all that is known if there are no manifests, and otherwise nothing that they lack", () => {
    const known = [{ ...key, consequence, mayStay: false }];
    assert.deepEqual(redrawsOf("upgraded", component(), undefined), known);
    assert.deepEqual(redrawsOf("replaced", component(), undefined), known);
    assert.deepEqual(redrawsOf("upgraded", component(), { objects: [], looksUp: false }), []);
    assert.deepEqual(redrawsOf("upgraded", component({}), undefined), []);
  });

  it("is empty for a release that is installed or removed", () => {
    assert.deepEqual(redrawsOf("installed", component(), undefined), []);
    assert.deepEqual(redrawsOf("removed", component(), undefined), []);
  });
});
