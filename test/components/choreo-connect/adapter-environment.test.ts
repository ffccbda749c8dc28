import assert from "node:assert/strict";
import { isSecret, secret, type Output } from "@pulumi/pulumi";
import { withVariables } from "../../../components/choreo-connect/choreo-connect";
import { valueOf } from "../value-of";

const OURS = [{ name: "CC_A", value: "1" }];
const given = (envOverride: unknown) => ({ wso2: { deployment: { adapter: { envOverride } } } });
const list = (values: object) =>
  (values as ReturnType<typeof given>).wso2.deployment.adapter.envOverride;

describe("Variables of the adapter", () => {
  it("come after those of the user's values", () => {
    const own = [{ name: "cp_admin_pwd", value: "x" }];
    assert.deepEqual(list(withVariables(given(own), OURS)), [...own, ...OURS]);
    assert.deepEqual(list(withVariables(given(null), OURS)), OURS);
  });

  it("leave other values unchanged, so that the chart's own come first", () => {
    for (const values of [{}, { wso2: { deployment: { mode: "STANDALONE" } } }])
      assert.deepEqual(withVariables(values, OURS), values);
  });

  it("are as secret as those that they follow", async () => {
    const made = list(withVariables(given(secret([{ name: "a", value: "b" }])), OURS));
    assert.ok(await isSecret(made as Output<unknown>));
    assert.deepEqual(await valueOf(made as Output<unknown>), [{ name: "a", value: "b" }, ...OURS]);
  });
});
