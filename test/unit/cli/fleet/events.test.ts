import assert from "node:assert/strict";
import { EventLog, changesOf, essentialLines, sumOf } from "../../../../cli/fleet/events";

const diagnostic = (message: string, urn?: string) => ({
  sequence: 1,
  timestamp: 1,
  diagnosticEvent: {
    message,
    color: "never",
    severity: "error" as const,
    ...(urn !== undefined && { urn }),
  },
});

describe("the events of a stack's run", () => {
  it("are counted as changes in the order in which people read them, without unchanged resources", () => {
    const counts = { same: 9, delete: 1, read: 2, create: 3, update: 0, replace: 4 };
    assert.equal(JSON.stringify(changesOf(counts)), '{"create":3,"replace":4,"delete":1,"read":2}');
    assert.deepEqual(sumOf([{ create: 1 }, { create: 2, delete: 1 }]), { create: 3, delete: 1 });
  });

  it("give errors with the resource's name, unless it is the stack", () => {
    const log = new EventLog(() => undefined);
    const urn = "urn:pulumi:org-1::countersign::kubernetes:helm.sh/v3:Release::org-1-backend";
    log.take(diagnostic("<{%fg 1%}>timed out<{%reset%}>\n", urn));
    log.take(
      diagnostic(
        "The configuration has a problem",
        "urn:pulumi:a::fx::pulumi:pulumi:Stack::countersign-org-1",
      ),
    );
    log.take(diagnostic("update failed"));
    assert.deepEqual(log.errorLines("error: something else"), [
      "org-1-backend: timed out",
      "The configuration has a problem",
    ]);
  });

  it("give the CLI's own words if no resource failed", () => {
    const log = new EventLog(() => undefined);
    assert.deepEqual(log.errorLines("error: incorrect passphrase\n"), ["incorrect passphrase"]);
  });

  it("give errors that are shortened to the lines that people need", () => {
    const trace = "error: boom\n    at f (/x.js:1:2)\n\n  more\nerror: boom\nupdate failed\n";
    assert.deepEqual(essentialLines(trace), ["boom", "  more"]);
    const many = Array.from({ length: 12 }, (_, index) => `line ${index}`).join("\n");
    assert.deepEqual(essentialLines(many).slice(-2), ["line 9", "… 2 more lines"]);
    assert.equal(essentialLines("x".repeat(500))[0]?.length, 402);
    assert.deepEqual(essentialLines("\n"), ["it failed without saying why"]);
  });

  it("give each operation when it begins, but not unchanged resources", () => {
    const steps: string[] = [];
    const log = new EventLog((text) => void steps.push(text));
    for (const op of ["same", "create"] as const) {
      log.take({
        sequence: 1,
        timestamp: 1,
        resourcePreEvent: {
          metadata: {
            op,
            urn: "urn:pulumi:a::fx::tls:index/privateKey:PrivateKey::org-1-key",
            type: "tls:index/privateKey:PrivateKey",
          } as never,
        },
      });
    }
    assert.deepEqual(steps, ["create PrivateKey org-1-key"]);
  });
});
