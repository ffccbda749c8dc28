import assert from "node:assert/strict";
import { changed, type Helm, type Values } from "./helm";
import { strictOrchestrator } from "./values";

const target = { release: "orchestrator", namespace: "substra" };

/** Texts in the stand-in's NOTES.txt about problems that the real chart does not report. */
export function orchestratorNotes(helm: () => Helm): void {
  const notes = (changes: Values = {}) =>
    helm().notes("orchestrator", target, changed(strictOrchestrator, changes));

  it("says in NOTES whom it trusts", async () => {
    const text = await notes();
    assert.match(text, /orchestrator-server\.substra\.svc\.cluster\.local:9000/);
    assert.match(text, /probes check the name orchestrator\.example\.com/);
    assert.match(text, /CAs of MyOrg1MSP, MyOrg2MSP/);
    assert.match(text, /checked against the certificate/);
    assert.doesNotMatch(text, /WARNING/);
  });

  for (const [what, changes, warnings] of [
    [
      "TLS is off, and so is mTLS",
      { "orchestrator.tls.enabled": false },
      [/orchestrator\.tls\.mtls\.enabled has no/, /orchestrator\.verifyClientMSPID has no effect/],
    ],
    ["a port is closed", { "service.port": 9001 }, [/service\.port is 9001/]],
    [
      "the database is open",
      { "database.auth": {}, "postgresql.auth": {} },
      [/the bundled database lets everyone in/],
    ],
    [
      "a database cannot be reached",
      { "database.host": "db.example.com" },
      [/database\.host is db\.example\.com: .*reach no database outside of this namespace/],
    ],
  ] as const) {
    it(`warns in NOTES that ${what}`, async () => {
      const text = await notes(changes);
      assert.equal(text.match(/^WARNING: /gm)?.length, warnings.length, text);
      for (const warning of warnings) assert.match(text, warning);
    });
  }
}
