import assert from "node:assert/strict";
import type { StackReport } from "../../../../../cli/report/model";
import { renderText } from "../../../../../cli/report/render/text";
import { UNKNOWN } from "../../../../../cli/report/value";
import {
  authority,
  certificate,
  danger,
  lifetime,
  notice,
  release,
  report,
  serverChange,
  trustChange,
  workload,
} from "../make-report";

function linesOf(...stacks: readonly Partial<StackReport>[]): string[] {
  return renderText(report(...stacks)).split("\n");
}

describe("renderText", () => {
  it("says in a few lines if nothing changes", () => {
    assert.deepEqual(linesOf({}), [
      "What changes in dev",
      "Nothing changes.",
      "Previewed 2026-01-05 13:04Z.",
      "",
    ]);
  });

  it("begins with the previews that failed", () => {
    assert.deepEqual(linesOf({ failure: "a request\nis refused" }).slice(1), [
      "The preview failed.",
      "Previewed 2026-01-05 13:04Z.",
      "",
      "PREVIEW FAILED",
      "  × dev: a request is refused",
      "",
    ]);
  });

  it("begins with dangers and warnings", () => {
    const long =
      "MyOrg1MSP and the orchestrator have no CA in common after this change, so that it is cut off from it.";
    const lines = linesOf({
      dangers: [danger("breaking", long), danger("destructive", "A is lost.")],
      notices: [notice("warning", "mind\nthis"), notice("info", "read this")],
    });
    assert.deepEqual(lines.slice(4), [
      "DESTRUCTIVE",
      "  × A is lost.",
      "    -> do not",
      "",
      "BREAKING",
      "  × MyOrg1MSP and the orchestrator have no CA in common after this change, so that it is cut off",
      "    from it.",
      "    -> do not",
      "",
      "Warnings",
      "  ! mind this",
      "",
      "Messages",
      "  - read this",
      "",
    ]);
  });

  it("shows everything about a certificate", () => {
    const names = { kept: ["DNS:a"], added: ["DNS:b"], removed: ["DNS:c"] };
    const source = { key: "countersign:x", file: "Pulumi.dev.yaml", line: 3 };
    const changed = certificate({
      names,
      reasons: [{ code: "names", text: "b is added", source }],
    });
    assert.deepEqual(linesOf({ certificates: [changed, authority("g2")] }).slice(4), [
      "Certificates",
      "  MyOrg1MSP: renewed",
      "    why      b is added (countersign:x, Pulumi.dev.yaml:3)",
      "    valid    2026-02-01 -> 90d",
      "    names    - DNS:c, + DNS:b, DNS:a",
      "    subject  CN=MyOrg1MSP,O=MyOrg1MSP",
      "    key      ECDSA-P256",
      "    issuer   g1",
      "    current  SHA-256 12ab",
      "  CA generation g2: issued",
      "    why      CA generation g2 is new",
      "    valid    none -> 10y",
      "    names    none",
      "    subject  CN=Consortium CA",
      "    key      ECDSA-P256",
      "    issuer   g2",
      "",
    ]);
  });

  it("shows access, trust, and everything about a release", () => {
    const changed = release({
      rolls: UNKNOWN,
      values: [{ path: "logLevel", before: { text: "DEBUG" }, after: { newNameOf: "a pair" } }],
      manifests: {
        objects: [
          { kind: "Deployment", name: "d", operation: "changed", diff: "@@ -1 +1 @@\n-a\n+b\n" },
        ],
        notes: [],
      },
    });
    const lines = linesOf({
      access: [{ party: "A", server: "orchestrator", change: "loses" }],
      trust: [trustChange(["g1"], ["g2"], { elsewhere: true })],
      releases: [changed],
    });
    assert.deepEqual(lines.slice(4), [
      "Access",
      "  A loses access to orchestrator",
      "",
      "Trust",
      "  MyOrg1MSP, with its own up: - g1, + g2",
      "",
      "Release MyOrg1MSP: backend in org-1 is upgraded",
      "  - chart: substra-backend 26.15.3",
      "  - which workloads roll is not known",
      "  - why: the certificate of MyOrg1MSP is renewed",
      "  1 value of the chart:",
      "    logLevel: DEBUG -> the new name of a pair",
      "  changed Deployment d",
      "    @@ -1 +1 @@",
      "    -a",
      "    +b",
      "",
    ]);
  });

  it("shows servers with all their callers, and workloads with all their changes", () => {
    const values = [{ path: "replicas", before: { text: "1" }, after: { text: "2" } }];
    const lines = linesOf({
      servers: [serverChange({ before: "plain", after: "tls" }), serverChange({ callers: [] })],
      workloads: [workload({ values })],
    });
    assert.deepEqual(lines.slice(4), [
      "Servers",
      "  No TLS -> TLS: calls are encrypted, and callers check who the server is; calls fail for a moment,",
      "    until the servers and their callers have rolled",
      "    echo, called by gate, orca",
      "  TLS -> TLS that asks for a certificate: a caller with a wrong certificate is refused, one without",
      "    is let in",
      "    echo",
      "",
      "Workloads",
      "  Deployment echo in spinnaker rolls: readinessProbe changes",
      "    replicas: 1 -> 2",
      "",
    ]);
  });

  it("shows when everything expires, the first at the top", () => {
    const lifetimes = [
      lifetime({ owner: "C", name: "c", notAfter: UNKNOWN }),
      lifetime({ owner: "B", name: "b", notBefore: UNKNOWN, notAfter: UNKNOWN, hours: 90 * 24 }),
      lifetime({ owner: "A", name: "a", notAfter: "2026-01-06T08:00:00Z", renewBeforeHours: 24 }),
      lifetime({ owner: "D", name: "d", renewBeforeHours: undefined }),
    ];
    assert.deepEqual(linesOf({ lifetimes }).slice(4), [
      "Timeline",
      "  Owner  Name  From                     Until              Renewed from",
      "  A      a     2026-01-01               2026-01-06 08:00Z  2026-01-05 08:00Z",
      "  D      d     2026-01-01               2026-04-01         never",
      "  B      b     this change              about 2026-04-05   2026-03-06",
      "  C      c     not known before the up",
      "",
    ]);
  });

  it("has a section for each of several stacks, under the dangers of all", () => {
    const lines = linesOf(
      { stack: "one", certificates: [] },
      { stack: "two", dangers: [danger("breaking", "A.")] },
    );
    assert.deepEqual(lines, [
      "What changes in one, two",
      "Breaking (1).",
      "Previewed 2026-01-05 13:04Z.",
      "",
      "BREAKING",
      "  × two: A.",
      "    -> do not",
      "",
      "=== Stack one",
      "Nothing changes.",
      "",
      "=== Stack two",
      "Breaking (1).",
      "",
    ]);
  });
});
