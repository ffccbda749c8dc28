import assert from "node:assert/strict";
import { target } from "./backend-pods";
import { changed, type Helm } from "./helm";
import { mutualBackend } from "./values";

/** Texts in the stand-in's NOTES.txt about problems that the real chart does not report. */
export function backendNotes(helm: () => Helm): void {
  it("says in NOTES that mTLS is dropped if TLS is off", async () => {
    const values = changed(mutualBackend, { "orchestrator.tls.enabled": false });
    const notes = await helm().notes("substra-backend", target, values);
    assert.match(notes, /TLS off, client certificate none/);
    assert.match(notes, /WARNING: orchestrator\.tls\.mtls\.enabled has no effect/);
    assert.doesNotMatch(await helm().notes("substra-backend", target, mutualBackend), /WARNING/);
  });
}
