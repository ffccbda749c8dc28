import assert from "node:assert/strict";
import { CannotCheck } from "../../../../command/failure";
import { findingsOf, parseGates } from "../../../../cli/report/gate";
import type { StackReport } from "../../../../cli/report/model";
import { UNKNOWN } from "../../../../cli/report/value";
import {
  authority,
  certificate,
  connection,
  danger,
  lifetime,
  notice,
  release,
  report,
  serverChange,
} from "./make-report";

/** The texts of one gate's findings in one stack. */
function found(gate: string, stack: Partial<StackReport>): string[] {
  return findingsOf(report(stack), parseGates(gate)).map(({ text }) => text);
}

describe("parseGates", () => {
  it("reads a list, each gate once", () => {
    assert.deepEqual(parseGates("breaking, destructive,expiring:30d,breaking"), [
      { kind: "breaking" },
      { kind: "destructive" },
      { kind: "expiring", hours: 720, duration: "30d" },
    ]);
  });

  for (const list of ["braking", "", "breaking,,changes", "expiring", "Breaking"]) {
    it(`names what is allowed instead of "${list}"`, () => {
      assert.throws(
        () => parseGates(list),
        (error) =>
          error instanceof CannotCheck &&
          error.message.includes(
            " is none of breaking, destructive, withdrawn, renewals, unknown, warnings, changes and expiring:<duration>",
          ),
      );
    });
  }

  for (const list of ["expiring:", "expiring:30", "expiring:1.5d", "expiring:1y2d"]) {
    it(`refuses the duration of "${list}"`, () => {
      assert.throws(
        () => parseGates(list),
        new CannotCheck(
          `--fail-on: "${list}" has no valid duration; write a whole number and h, d, w or y, e.g. expiring:30d`,
        ),
      );
    });
  }
});

describe("findingsOf", () => {
  it("reports dangers of the kind, by stack", () => {
    const stacks = [
      { stack: "one", dangers: [danger("breaking", "a."), danger("destructive", "b.")] },
      { stack: "two", dangers: [danger("breaking", "c.")] },
    ];
    assert.deepEqual(findingsOf(report(...stacks), parseGates("destructive,breaking")), [
      { gate: "destructive", stack: "one", text: "b." },
      { gate: "breaking", stack: "one", text: "a." },
      { gate: "breaking", stack: "two", text: "c." },
    ]);
  });

  it("finds nothing without gates", () => {
    assert.deepEqual(findingsOf(report({ dangers: [danger("breaking")] }), []), []);
  });

  it("reports what expires soon, up to the exact moment", () => {
    const lifetimes = [
      lifetime({ name: "at", notAfter: "2026-02-04T13:04:00Z" }),
      lifetime({ name: "after", notAfter: "2026-02-04T13:04:01Z" }),
      lifetime({ name: "past", notAfter: "2025-12-31T00:00:00Z" }),
      lifetime({ name: "ca/g1", kind: "authority", notAfter: "2026-01-06T00:00:00Z" }),
    ];
    assert.deepEqual(found("expiring:30d", { lifetimes }), [
      "The certificate at of MyOrg1MSP expires at 2026-02-04T13:04:00Z, and this change does not renew it.",
      "The certificate past of MyOrg1MSP expires at 2025-12-31T00:00:00Z, and this change does not renew it.",
      "The CA ca/g1 expires at 2026-01-06T00:00:00Z, and this change does not renew it.",
    ]);
  });

  it("does not judge what is being issued, or has no known expiry date", () => {
    const lifetimes = [
      lifetime({ notBefore: UNKNOWN, notAfter: UNKNOWN, hours: 24 }),
      lifetime({ notAfter: "2026-01-06T00:00:00Z", hours: 24 }),
      lifetime({ notAfter: UNKNOWN }),
    ];
    assert.deepEqual(found("expiring:30d", { lifetimes }), []);
  });

  it("reports any change by the stack's headline", () => {
    const operations = { create: 0, update: 1, replace: 0, delete: 0 };
    assert.deepEqual(found("changes", { operations }), [
      "No certificate, trust or release changes; 1 other resource does.",
    ]);
    assert.deepEqual(found("changes", { certificates: [certificate()] }), [
      "1 certificate renewed.",
    ]);
    assert.deepEqual(found("changes", { servers: [serverChange()] }), [
      "1 server begins to ask for certificates.",
    ]);
    assert.deepEqual(found("changes", { notices: [notice("warning", "old")] }), []);
  });

  it("reports withdrawn certificates and warnings", () => {
    const certificates = [certificate(), certificate({ operation: "withdrawn", name: "c" })];
    assert.deepEqual(found("withdrawn", { certificates }), [
      "The certificate c of MyOrg1MSP is withdrawn.",
    ]);
    const notices = [notice("info", "a"), notice("warning", "b")];
    assert.deepEqual(found("warnings", { notices }), ["b"]);
  });

  it("reports what is due for renewal, and not what somebody has changed", () => {
    const certificates = [
      certificate({ name: "due", reasons: [{ code: "renewal-window", text: "it is time" }] }),
      certificate({ name: "named", reasons: [{ code: "names", text: "a name is added" }] }),
    ];
    assert.deepEqual(found("renewals", { certificates }), [
      "The certificate due of MyOrg1MSP is due for renewal.",
    ]);
  });

  it("reports what a reviewer cannot see", () => {
    const stack = {
      certificates: [
        certificate(),
        authority("g2"),
        certificate({
          subject: UNKNOWN,
          names: UNKNOWN,
          key: { before: "RSA-2048", after: UNKNOWN },
          reasons: [{ code: "unknown", text: "something" }],
        }),
      ],
      releases: [
        release(),
        release({ party: "A", rolls: UNKNOWN }),
        release({ party: "B", rolls: UNKNOWN, manifests: { unavailable: "no chart" } }),
      ],
      connections: [connection(), connection({ client: "A", serverTrustsClient: undefined })],
      lifetimes: [lifetime({ notBefore: UNKNOWN, notAfter: UNKNOWN, hours: 24 })],
    };
    assert.deepEqual(found("unknown", stack), [
      "The following is not known about the certificate my-org1-msp-certificate of MyOrg1MSP: its subject, its names, its key's kind, why it changes.",
      "Whether A's release backend rolls is not known.",
      "The manifests of B's release backend are not known: no chart.",
      "Whether A and orchestrator trust each other is not known.",
    ]);
  });

  it("prints texts of strangers on one printable line", () => {
    assert.deepEqual(found("warnings", { notices: [notice("warning", "a\n\u001b[31mb")] }), [
      "a \\u{1b}[31mb",
    ]);
  });
});
