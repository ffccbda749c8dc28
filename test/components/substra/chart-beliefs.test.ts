import assert from "node:assert/strict";
import { identityVariables } from "../../../components/substra/chart-beliefs";

describe("the variables with a backend's identity", () => {
  for (const [version, mspId, channels] of [
    ["22.5.0", "LEDGER_MSP_ID", "LEDGER_CHANNELS"],
    ["24.0.0", "LEDGER_MSP_ID", "LEDGER_CHANNELS"],
    ["24.0.1", "MSP_ID", "CHANNELS"],
    ["24.0.1-patched", "MSP_ID", "CHANNELS"],
    ["26.15.3+countersign.2", "MSP_ID", "CHANNELS"],
  ] as const) {
    it(`are ${mspId} and ${channels} in chart ${version}`, () => {
      assert.deepEqual(identityVariables(version), { mspId, channels });
    });
  }
});
