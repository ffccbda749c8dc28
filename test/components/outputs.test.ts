import assert from "node:assert/strict";
import { RandomPassword } from "@pulumi/random/randomPassword";
import { withoutDependencies } from "../../components/outputs";
import { runProgram } from "./mock-engine";
import { unknown, visible } from "./wire";

describe("an output without its dependencies", () => {
  for (const preview of [false, true]) {
    it(`is as known and as secret as before, ${preview ? "at preview" : "when deployed"}`, async () => {
      const { resources, errors } = await runProgram(
        () => {
          const { result } = new RandomPassword("first", { length: 8 });
          const plain = withoutDependencies(result.apply(() => 8));
          new RandomPassword("second", {
            length: plain,
            keepers: { key: withoutDependencies(result) },
          });
        },
        { preview },
      );
      assert.deepEqual(errors, []);
      const [, second] = resources;
      assert.deepEqual(second?.dependencies, []);
      // A preview does not say of an unknown value that it is secret.
      const value = preview ? unknown : "[secret]";
      assert.deepEqual(visible(second.inputs), { length: value, keepers: { key: value } });
    });
  }
});
