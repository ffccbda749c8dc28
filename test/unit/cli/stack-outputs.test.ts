import assert from "node:assert/strict";
import { CannotCheck } from "../../../command/failure";
import { parseOutputs } from "../../../command/stack-outputs";
import { makeAdmissions } from "./make-admissions";

const release = (namespace: string) => ({ name: "backend", namespace, revision: 1 });
const parse = (content: object) => parseOutputs(JSON.stringify(content), "stack dev");

describe("the outputs of a stack", () => {
  it("say what was deployed; other outputs do not matter", () => {
    const organizations = { MyOrg1MSP: release("org-1") };
    assert.deepEqual(
      parse({ caBundle: "…", releases: { orchestrator: release("o"), organizations } }),
      {
        origin: "stack dev",
        orchestrator: release("o"),
        organizations: new Map([["MyOrg1MSP", release("org-1")]]),
        admissions: undefined,
        waiting: new Map(),
        spinnaker: undefined,
        choreo: undefined,
        choreoConnect: undefined,
      },
    );
  });

  it("say which Choreo project was deployed, also where there is nothing else", () => {
    const choreo = { project: "greeter", target: { kind: "console" }, components: {} };
    const read = parse({ caBundle: "…", certificates: {}, choreo });
    assert.deepEqual(read.choreo?.choreo, choreo);
    assert.equal(read.choreo.stack, undefined);
    assert.throws(() => parse({ choreo: { ...choreo, target: {} } }), CannotCheck);
  });

  it("say which Choreo Connect was deployed, also where there is nothing else", () => {
    const part = { certificate: "…", fingerprint: "00" };
    const parts = { router: part, enforcer: part, adapter: part };
    const tls = { minimum: "TLS1_2", maximum: "TLS1_3", ciphers: [] };
    const choreoConnect = {
      target: { kind: "compose", project: "choreo-connect" },
      dnsNames: { router: [], enforcer: [], adapter: [] },
      ...{ publicCas: {}, upstreamTls: tls, backends: {}, apis: {} },
    };
    const certificates = { choreoConnect: { parts, tokenCertificate: "…" } };
    const releases = { organizations: {} };
    const read = parse({ caBundle: "…", releases, certificates, choreoConnect });
    assert.deepEqual(read.choreoConnect?.target, choreoConnect.target);
    assert.equal(read.choreoConnect.stack, undefined);
    assert.throws(() => parse({ choreoConnect: { ...choreoConnect, target: {} } }), CannotCheck);
  });

  it("say what is published for organizations of other stacks", () => {
    const admissions = makeAdmissions();
    const { admissions: read } = parse({ releases: { orchestrator: release("o") }, admissions });
    assert.deepEqual(read, admissions);
  });

  it("of an organization that waits have no releases; what it waits for becomes one line", () => {
    const waiting = { MyOrg2MSP: "nothing\n\u001b[31mthere" };
    for (const releases of [{}, { releases: {} }, { releases: { organizations: {} } }]) {
      const read = parse({ ...releases, waiting });
      assert.deepEqual(read.organizations, new Map());
      assert.deepEqual(read.waiting, new Map([["MyOrg2MSP", "nothing [31mthere"]]));
    }
  });

  const organizations = (content: object) =>
    JSON.stringify({ releases: { organizations: content } });
  const published = (changes: object) =>
    JSON.stringify({
      releases: { orchestrator: release("o") },
      admissions: { ...makeAdmissions(), ...changes },
    });
  const refused: [string, string, RegExp][] = [
    [
      "that was never deployed",
      "{}",
      /not those of a deployed stack \(.*releases\): run `pulumi up/,
    ],
    ["that are no JSON", "", /are not JSON/],
    ["that are no map", "[]", /not those of a deployed stack/],
    ["without a release", '{"releases":{}}', /stack dev has no releases/],
    [
      "with a release that is nowhere",
      organizations({ A: { name: "b" } }),
      /\("releases\.organizations\.A\.namespace": /,
    ],
    [
      "with a name that leads elsewhere",
      organizations({ A: { ...release("a"), name: "../b" } }),
      /\("releases\.organizations\.A\.name": no such name\)/,
    ],
    [
      "with an MSP ID that would paint the terminal",
      organizations({ "\u001b[31m": release("a") }),
      /\("releases\.organizations\.\\u\{1b\}\[31m": /,
    ],
    [
      "with admissions of another format",
      published({ format: 2, organizations: [] }),
      /^stack dev publishes format 2, and this program reads 1: /,
    ],
    [
      "with admissions that lack something",
      published({ orchestrator: {} }),
      /^stack dev publishes something unreadable \(orchestrator\.internal: /,
    ],
    [
      "with an admission of nobody",
      published({ organizations: { "\n": { certificate: "", channels: [] } } }),
      /^stack dev publishes an admission for "\\u\{a\}", which is no MSP ID$/,
    ],
  ];
  for (const [what, text, message] of refused) {
    it(`are refused ${what}`, () => {
      assert.throws(
        () => parseOutputs(text, "stack dev"),
        (error) => {
          assert.ok(error instanceof CannotCheck);
          assert.match(error.message, message);
          return true;
        },
      );
    });
  }
});
