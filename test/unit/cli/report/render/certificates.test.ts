import assert from "node:assert/strict";
import type { CertificateChange } from "../../../../../cli/report/model";
import { certificates } from "../../../../../cli/report/render/certificates";
import { UNKNOWN } from "../../../../../cli/report/value";
import { authority, certificate } from "../make-report";
import { linesOf } from "./markdown-of";

/** The row of one certificate. */
function rowOf(parts: Partial<CertificateChange>): string | undefined {
  return linesOf(certificates, { certificates: [certificate(parts)] })[4];
}

describe("certificates in Markdown", () => {
  it("are a table that begins with what happens and why", () => {
    assert.deepEqual(linesOf(certificates, { certificates: [certificate(), authority("g2")] }), [
      "## Certificates",
      "",
      "| Certificate | What | Why | Expires → new | Names | Subject | Key | Issuer |",
      "|---|---|---|---|---|---|---|---|",
      "| `MyOrg1MSP` | renewed | it entered its renewal window on 2026-01-02 | 2026-02-01 → 90d | none | `CN=MyOrg1MSP,O=MyOrg1MSP` | `ECDSA-P256` | `g1` |",
      "| `CA generation g2` | issued | CA generation g2 is new | none → 10y | none | `CN=Consortium CA` | `ECDSA-P256` | `g2` |",
    ]);
  });

  it("are left out if none changes", () => {
    assert.deepEqual(linesOf(certificates, {}), [""]);
  });

  it("mark added and removed names, and name the line that causes the change", () => {
    assert.equal(
      rowOf({
        operation: "replaced",
        names: { kept: ["DNS:a"], added: ["DNS:b"], removed: ["DNS:c"] },
        issuer: { before: "g1", after: "g2" },
        validity: { until: "2026-01-06T10:00:00Z" },
        reasons: [
          {
            code: "names",
            text: "b is added",
            source: {
              key: "countersign:orchestrator.dnsNames[0]",
              file: "Pulumi.dev.yaml",
              line: 7,
            },
          },
          { code: "issuer", text: "g2 signs", source: { key: "countersign:authority" } },
        ],
      }),
      "| `MyOrg1MSP` | replaced | b is added (`countersign:orchestrator.dnsNames[0]`, `Pulumi.dev.yaml:7`);<br>g2 signs (`countersign:authority`) | 2026-02-01 → 2026-01-06 10:00Z | **−** ~~`DNS:c`~~<br>**+** `DNS:b`<br>`DNS:a` | `CN=MyOrg1MSP,O=MyOrg1MSP` | `ECDSA-P256` | `g1` → `g2` |",
    );
  });

  it("say what is not known, and do not guess", () => {
    assert.equal(
      rowOf({
        operation: "issued",
        subject: UNKNOWN,
        names: UNKNOWN,
        key: { before: undefined, after: UNKNOWN },
        issuer: { before: undefined, after: undefined },
        expires: undefined,
        reasons: [],
      }),
      "| `MyOrg1MSP` | issued |  | none → 90d | not known before the up | not known before the up | not known before the up | none |",
    );
  });

  it("list many names below", () => {
    const added = ["a", "b", "c", "d", "e", "f", "g"].map((name) => `DNS:${name}`);
    const lines = linesOf(certificates, {
      certificates: [certificate({ operation: "issued", names: { kept: [], added, removed: [] } })],
    });
    assert.match(
      lines[4] ?? "",
      / `DNS:a`<br>`DNS:b`<br>`DNS:c`<br>`DNS:d`<br>`DNS:e`<br>2 more below \|/,
    );
    assert.deepEqual(lines.slice(5), [
      "",
      "<details><summary>All 7 names of <code>MyOrg1MSP</code></summary>",
      "",
      ...added.map((name) => `- \`${name}\``),
      "",
      "</details>",
    ]);
  });

  it("have their own names if an owner has several", () => {
    const lines = linesOf(certificates, {
      certificates: [certificate({ name: "one" }), certificate({ name: "other" })],
    });
    assert.deepEqual(
      lines.slice(4).map((line) => line.split(" | ")[0]),
      ["| `MyOrg1MSP`, `one`", "| `MyOrg1MSP`, `other`"],
    );
  });

  it("keep names of strangers in their cell, as code", () => {
    assert.match(
      rowOf({ owner: "</td>|@all\n`x`", subject: "CN=<script>" }) ?? "",
      /^\| `` <\/td>\\\|@all\\u\{a\}`x` `` \| renewed \|.*\| `CN=<script>` \|/,
    );
  });
});
