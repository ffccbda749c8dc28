import assert from "node:assert/strict";
import { PHASES, clientAuthOf, nextPhase, reaches } from "../../../components/spinnaker/phase";

describe("a phase", () => {
  it("has reached itself and those before it", () => {
    const reached = PHASES.map((phase) => PHASES.filter((other) => reaches(phase, other)));
    assert.deepEqual(reached, [
      ["prepare"],
      ["prepare", "tls"],
      ["prepare", "tls", "want"],
      ["prepare", "tls", "want", "need"],
    ]);
  });

  it("is followed by the next, except the last", () => {
    assert.deepEqual(PHASES.map(nextPhase), ["tls", "want", "need", undefined]);
  });

  it("asks clients for a certificate only in the last two", () => {
    assert.deepEqual(PHASES.map(clientAuthOf), ["none", "none", "want", "need"]);
  });
});
