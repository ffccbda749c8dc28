import assert from "node:assert/strict";
import { target } from "./backend-pods";
import { changed, type Helm } from "./helm";
import { mutualBackend } from "./values";

/** What the stand-in says in NOTES.txt where the real chart says nothing. */
export function backendNotes(helm: () => Helm): void {
  it("tells in NOTES that mTLS is dropped when TLS is off", async () => {
    const values = changed(mutualBackend, { "orchestrator.tls.enabled": false });
    const notes = await helm().notes("substra-backend", target, values);
    assert.match(notes, /TLS off, client certificate none/);
    assert.match(notes, /WARNING: orchestrator\.tls\.mtls\.enabled has no effect/);
    assert.doesNotMatch(await helm().notes("substra-backend", target, mutualBackend), /WARNING/);
  });
}
