import assert from "node:assert/strict";
import { access, servers, trust } from "../../../../../cli/report/render/trust";
import { trustDiagram } from "../../../../../cli/report/render/trust-diagram";
import { UNKNOWN } from "../../../../../cli/report/value";
import { certificate, connection, serverChange, trustChange } from "../make-report";
import { linesOf } from "./markdown-of";

describe("trust in Markdown", () => {
  it("marks added and removed generations", () => {
    const changes = [
      trustChange(["g1"], ["g1", "g2"]),
      trustChange(["g1"], [], { party: "MyOrg2MSP", elsewhere: true }),
    ];
    assert.deepEqual(linesOf(trust, { trust: changes }), [
      "## Trust",
      "",
      "| Consumer | Trusts before | Trusts after |",
      "|---|---|---|",
      "| `MyOrg1MSP` | `g1` | `g1`<br>**+** `g2` |",
      "| `MyOrg2MSP`, with its own `up` | **−** ~~`g1`~~ | none |",
    ]);
  });

  it("distinguishes generations of the same name", () => {
    const change = trustChange([], [], {
      before: [{ id: "ca/g1", name: "g1", fingerprint: "0123456789abcdef0123" }],
      after: [{ id: "ca/g1", name: "g1", fingerprint: UNKNOWN }],
    });
    assert.equal(
      linesOf(trust, { trust: [change] })[4],
      "| `MyOrg1MSP` | **−** ~~`g1`, SHA-256 `0123456789abcdef`…~~ | **+** `g1`, its fingerprint is not known before the up |",
    );
  });

  it("shows lost access first", () => {
    const changes = [
      { party: "MyOrg3MSP", server: "orchestrator", change: "gets" },
      { party: "MyOrg2MSP", server: "orchestrator", change: "loses" },
    ] as const;
    assert.deepEqual(linesOf(access, { access: changes }), [
      "## Access",
      "",
      "- `MyOrg2MSP` **loses** access to `orchestrator`",
      "- `MyOrg3MSP` **gets** access to `orchestrator`",
    ]);
  });
});

describe("servers in Markdown", () => {
  it("are grouped by step, with their callers", () => {
    const changes = [
      serverChange({ before: "tls", after: "plain", party: "orca", callers: [] }),
      serverChange(),
      serverChange({ party: "front50", callers: ["a", "b", "c"] }),
    ];
    assert.deepEqual(linesOf(servers, { servers: changes }), [
      "## Servers",
      "",
      "- **TLS → no TLS**: `orca`. Calls are no longer encrypted, and nobody checks who the other end is. Calls fail for a moment, until the servers and their callers have rolled.",
      "- **TLS → TLS that asks for a certificate**: `echo` (called by `gate` and `orca`) and `front50` (called by 3). A caller with a wrong certificate is refused, one without is let in.",
    ]);
  });

  it("are named up to a number", () => {
    const changes = Array.from({ length: 30 }, (_, index) => serverChange({ party: `s${index}` }));
    const [, , line = ""] = linesOf(servers, { servers: changes });
    assert.match(line, /`s19` \(called by `gate` and `orca`\) and 10 more\. /);
  });
});

describe("the diagram of trust", () => {
  it("is left out if nothing in it changes", () => {
    assert.deepEqual(linesOf(trustDiagram, { connections: [connection()] }), [""]);
  });

  it("marks what is added and removed", () => {
    const changes = [
      trustChange(["g1"], ["g1", "g2"]),
      trustChange(["g1"], ["g2"], { party: "B" }),
    ];
    const lines = linesOf(trustDiagram, { trust: changes, connections: [connection()] });
    assert.deepEqual(lines, [
      "## Who trusts whom",
      "",
      "```mermaid",
      "flowchart LR",
      '  ca0["CA g1"]',
      '  ca1["CA g2"]',
      '  p0(["MyOrg1MSP"])',
      '  p1(["orchestrator"])',
      '  p2(["B"])',
      '  ca0 -->|"signs"| p1',
      '  ca0 -->|"signs"| p0',
      '  p0 ==>|"connects"| p1',
      '  p0 -.->|"trusts"| ca0',
      '  p0 -.->|"trusts from now on"| ca1',
      '  p2 -.->|"no longer trusts"| ca0',
      '  p2 -.->|"trusts from now on"| ca1',
      "  linkStyle 5 stroke:#cf222e",
      "  linkStyle 4,6 stroke:#1a7f37",
      "```",
    ]);
  });

  it("marks a CA that signs in place of another, and who loses access", () => {
    const lines = linesOf(trustDiagram, {
      certificates: [certificate({ issuer: { before: "g1", after: "g2" } })],
      connections: [connection({ clientIssuer: "g2", serverIssuer: undefined })],
      access: [
        { party: "MyOrg1MSP", server: "orchestrator", change: "gets" },
        { party: "B", server: "orchestrator", change: "loses" },
      ],
    });
    assert.deepEqual(lines.slice(4, -1), [
      '  ca0["CA g2"]',
      '  ca1["CA g1"]',
      '  p0(["MyOrg1MSP"])',
      '  p1(["orchestrator"])',
      '  p2(["B"])',
      '  ca1 -->|"no longer signs"| p0',
      '  ca0 -->|"signs from now on"| p0',
      '  p0 ==>|"connects from now on"| p1',
      '  p2 ==>|"loses access"| p1',
      "  linkStyle 0,3 stroke:#cf222e",
      "  linkStyle 1,2 stroke:#1a7f37",
    ]);
  });

  it("shows connections that break, and does not guess at others", () => {
    const lines = linesOf(trustDiagram, {
      connections: [
        connection({ client: "A", clientIssuer: undefined, serverTrustsClient: undefined }),
        connection({ client: "B", clientIssuer: undefined, clientTrustsServer: false }),
      ],
    });
    assert.deepEqual(lines.slice(7, -1), [
      '  p2(["A"])',
      '  ca0 -->|"signs"| p1',
      '  p0 ==>|"client does not trust server"| p1',
      '  p2 ==>|"connects, trust not known"| p1',
      "  linkStyle 1 stroke:#cf222e",
    ]);
  });

  it("draws those that change, and says how many it does not draw", () => {
    const connections = Array.from({ length: 40 }, (_, index) =>
      connection({ client: `P${index}` }),
    );
    const lost = { party: "P39", server: "orchestrator", change: "loses" } as const;
    const lines = linesOf(trustDiagram, { connections, access: [lost] });
    assert.ok(lines.includes('  p0(["P39"])'));
    assert.equal(lines.at(-1), "_17 more connections are not drawn._");
  });

  it("escapes names of strangers", () => {
    const party = 'x"]; end %%{\n';
    const lines = linesOf(trustDiagram, { trust: [trustChange([], ["g1"], { party })] });
    assert.equal(lines[5], '  p0(["x#34;#93;#59; end #37;#37;#123;#92;u#123;a#125;"])');
  });
});
