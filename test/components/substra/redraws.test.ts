import assert from "node:assert/strict";
import { backendRedraws } from "../../../components/substra/charts";

describe("backendRedraws", () => {
  it("are the server's key, since the version that keeps it in a Secret", () => {
    assert.deepEqual(backendRedraws("backend", "22.6.1"), []);
    for (const version of ["22.7.0", "26.15.3"])
      assert.deepEqual(
        backendRedraws("mine", version).map(({ object, field }) => [object, field]),
        [["Secret mine-substra-backend-server-key", "SECRET_KEY"]],
      );
  });
});
