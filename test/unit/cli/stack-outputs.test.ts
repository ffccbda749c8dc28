import assert from "node:assert/strict";
import { CannotCheck } from "../../../command/failure";
import { parseDocument } from "../../../command/stack-outputs";
import { deployedIn } from "../../../cli/verify";
import { readChoreoStack } from "../../../systems/choreo/outputs";
import { COMMANDS } from "../../../systems/commands";
import { readSubstra } from "../../../systems/substra/outputs";
import { makeAdmissions } from "./make-admissions";

const release = (namespace: string) => ({ name: "backend", namespace, revision: 1 });
const documentOf = (content: object) => ({ origin: "stack dev", content });
const deployed = (content: object) =>
  deployedIn([documentOf(content)], COMMANDS).map(({ system, outputs }) => ({
    title: system.title,
    outputs,
  }));

describe("the outputs of a stack", () => {
  it("state what was deployed; other outputs do not matter", () => {
    const organizations = { MyOrg1MSP: release("org-1") };
    const content = { caBundle: "…", releases: { orchestrator: release("o"), organizations } };
    assert.deepEqual(deployed(content), [
      {
        title: "Substra",
        outputs: {
          orchestrator: release("o"),
          organizations: new Map([["MyOrg1MSP", release("org-1")]]),
          admissions: undefined,
          waiting: new Map(),
        },
      },
    ]);
  });

  it("state which Choreo project was deployed, even if there is nothing else", () => {
    const choreo = { project: "greeter", target: { kind: "console" }, components: {} };
    const content = { caBundle: "…", certificates: {}, choreo };
    assert.deepEqual(
      deployed(content).map(({ title }) => title),
      ["Choreo"],
    );
    const read = readChoreoStack(documentOf(content));
    assert.deepEqual(read?.choreo, choreo);
    assert.equal(read.stack, undefined);
    const stack = { name: "dev" };
    assert.deepEqual(readChoreoStack({ ...documentOf(content), stack })?.stack, stack);
    assert.throws(() => deployed({ choreo: { ...choreo, target: {} } }), CannotCheck);
  });

  it("state which Choreo Connect was deployed, even if there is nothing else", () => {
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
    const [only, ...others] = deployed({ caBundle: "…", releases, certificates, choreoConnect });
    assert.deepEqual(others, []);
    assert.equal(only?.title, "Choreo Connect");
    assert.deepEqual((only.outputs as typeof choreoConnect).target, choreoConnect.target);
    assert.throws(() => deployed({ choreoConnect: { ...choreoConnect, target: {} } }), CannotCheck);
  });

  it("state what is published for organizations of other stacks", () => {
    const admissions = makeAdmissions();
    const content = { releases: { orchestrator: release("o") }, admissions };
    assert.deepEqual(readSubstra(documentOf(content))?.admissions, admissions);
  });

  it("of an organization that waits have no releases; its reason becomes one line", () => {
    const waiting = { MyOrg2MSP: "nothing\n\u001b[31mthere", "Choreo greeter": "its URL" };
    for (const releases of [{}, { releases: {} }, { releases: { organizations: {} } }]) {
      const read = readSubstra(documentOf({ ...releases, waiting }));
      assert.deepEqual(read?.organizations, new Map());
      assert.deepEqual(read.waiting, new Map([["MyOrg2MSP", ["nothing [31mthere"]]]));
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
    ["that are not JSON", "", /are not JSON/],
    ["that are not a map", "[]", /not those of a deployed stack/],
    [
      "without a release",
      '{"releases":{}}',
      /^stack dev has none of Substra, Spinnaker, Choreo, Choreo Connect, Services: there is nothing to verify$/,
    ],
    [
      "with a release without a namespace",
      organizations({ A: { name: "b" } }),
      /\("releases\.organizations\.A\.namespace": /,
    ],
    [
      "with a name that is a path",
      organizations({ A: { ...release("a"), name: "../b" } }),
      /\("releases\.organizations\.A\.name": not a valid name\)/,
    ],
    [
      "with an MSP ID that contains a terminal escape sequence",
      organizations({ "\u001b[31m": release("a") }),
      /\("releases\.organizations\.\\u\{1b\}\[31m": /,
    ],
    [
      "with admissions of another format",
      published({ format: 2, organizations: [] }),
      /^stack dev publishes format 2, and this program reads 1: /,
    ],
    [
      "with incomplete admissions",
      published({ orchestrator: {} }),
      /^stack dev publishes something unreadable \(orchestrator\.internal: /,
    ],
    [
      "with an admission of an invalid MSP ID",
      published({ organizations: { "\n": { certificate: "", channels: [] } } }),
      /^stack dev publishes an admission for "\\u\{a\}", which is not an MSP ID$/,
    ],
  ];
  for (const [what, text, message] of refused) {
    it(`are refused ${what}`, () => {
      assert.throws(
        () => deployedIn([parseDocument(text, "stack dev")], COMMANDS),
        (error) => {
          assert.ok(error instanceof CannotCheck);
          assert.match(error.message, message);
          return true;
        },
      );
    });
  }
});
