import assert from "node:assert/strict";
import { load, problemsOf, type Sections } from "./make-config";

const CONSORTIUM = "organization/countersign/consortium";
const HEX = "0123456789abcdef".repeat(4);
const COLONS = (HEX.toUpperCase().match(/../g) ?? []).join(":");
const KEY = "organizations.MyOrg2MSP";
const SIGNER = { stack: CONSORTIUM, trust: ["first-use"] };

/** Returns the configuration of an organization's own stack. */
function own(signedBy: unknown, changes: object = {}): Sections {
  const hostname = "substra.org-2.example";
  return { organizations: { MyOrg2MSP: { hostname, signedBy, ...changes } } };
}

function organization(signedBy: unknown, changes: object = {}) {
  const found = load(own(signedBy, changes)).organizations.get("MyOrg2MSP");
  assert.ok(found);
  return found;
}

describe("an organization that another stack signs for", () => {
  it("may be alone in its stack, and its connection is not known yet", () => {
    const config = load(own(SIGNER));
    assert.equal(config.authority, undefined);
    assert.equal(config.orchestrator, undefined);
    assert.deepEqual([...config.enrollments], []);
    assert.deepEqual(config.organizations.get("MyOrg2MSP"), {
      hostname: "substra.org-2.example",
      organizationName: "MyOrg2MSP",
      namespace: "my-org2-msp",
      createNamespace: true,
      releaseName: "backend",
      orchestrator: {},
      connection: undefined,
      channels: {},
      keys: { names: ["k1"], algorithm: "ECDSA-P256", existing: undefined },
      issuance: {
        kind: "elsewhere",
        source: { stack: CONSORTIUM },
        trust: { fingerprints: [], firstUse: true },
      },
      chart: {
        repository: "https://substra.github.io/charts",
        name: "substra-backend",
        version: "26.15.3",
      },
      values: {},
      timeout: 600,
    });
  });

  it("may also get its certificate from files in a directory", () => {
    const { issuance } = organization({ directory: "enrollments/MyOrg2MSP", trust: [HEX] });
    assert.deepEqual(issuance, {
      kind: "elsewhere",
      source: { directory: "enrollments/MyOrg2MSP" },
      trust: { fingerprints: [HEX], firstUse: false },
    });
  });

  it("may have settings for channels and a host that only the consortium knows", () => {
    const { channels, orchestrator } = organization(SIGNER, {
      channels: { theirs: { restricted: true } },
      orchestrator: { host: "orchestrator.example", sameCluster: false },
    });
    assert.deepEqual(channels, { theirs: { restricted: true, modelExportEnabled: false } });
    assert.deepEqual(orchestrator, { host: "orchestrator.example", sameCluster: false });
  });

  it("may be beside organizations that the stack itself signs for", () => {
    const hostname = "substra.org-1.example";
    const config = load({
      ...own(SIGNER),
      authority: {
        subject: { commonName: "CA" },
        generations: { g1: { state: "signing" } },
      },
      orchestrator: { channels: { mychannel: { organizations: ["MyOrg1MSP"] } } },
      organizations: { MyOrg1MSP: { hostname }, ...(own(SIGNER).organizations as object) },
    });
    const kinds = [...config.organizations].map(([mspId, { issuance }]) => [mspId, issuance.kind]);
    assert.deepEqual(kinds, [
      ["MyOrg1MSP", "here"],
      ["MyOrg2MSP", "elsewhere"],
    ]);
  });
});

describe("the CAs that such an organization trusts", () => {
  const trust = (entries: readonly string[]) => {
    const { issuance } = organization({ stack: CONSORTIUM, trust: entries });
    assert.equal(issuance.kind, "elsewhere");
    return issuance.trust;
  };

  for (const spelling of [
    HEX,
    HEX.toUpperCase(),
    COLONS,
    COLONS.toLowerCase(),
    `sha256:${HEX}`,
    `SHA256=${COLONS}`,
    `sha256 Fingerprint=${COLONS}`,
    `${HEX}\r`,
  ])
    it(`are read as ${spelling.slice(0, 20)}…`, () => {
      assert.deepEqual(trust([spelling]), { fingerprints: [HEX], firstUse: false });
    });

  it("may be several, with or without first use", () => {
    const other = "f".repeat(64);
    assert.deepEqual(trust([HEX, other]), { fingerprints: [HEX, other], firstUse: false });
    assert.deepEqual(trust(["first-use", HEX]), { fingerprints: [HEX], firstUse: true });
  });

  const wanted =
    "write the SHA-256 fingerprint of a CA certificate, as `openssl x509 -noout -fingerprint -sha256` prints it, or first-use";
  const bad: [string, string][] = [
    ["first use", '"first use", which is not a fingerprint'],
    ["First-Use", '"First-Use", which is not a fingerprint'],
    ["", '"", which is empty'],
    [HEX.slice(1), "a text of 63 characters, which has 63 hex digits instead of 64"],
    [`${HEX}0`, "a text of 65 characters, which has 65 hex digits instead of 64"],
    [
      HEX.replace("a", "g"),
      'a text of 64 characters, which has "g" at position 11, which is neither a hex digit nor a colon',
    ],
    [
      "0123456789abcdef0123456789abcdef01234567",
      '"0123456789abcdef0123456789abcdef01234567", which is a SHA-1 fingerprint, and another certificate can be made with the same one',
    ],
    ["-----BEGIN CERTIFICATE-----", "a text of 27 characters, which is not a fingerprint"],
  ];
  for (const [entry, found] of bad)
    it(`are refused as ${JSON.stringify(entry).slice(0, 30)}`, () => {
      assert.deepEqual(problemsOf(own({ stack: CONSORTIUM, trust: ["first-use", entry] })), [
        `${KEY}.signedBy.trust[1]: found ${found}; ${wanted}`,
      ]);
    });
});

describe("the key signedBy", () => {
  const one =
    "needs the consortium's stack or the directory with its files; write either stack or directory";
  const full =
    "write <organization>/<project>/<stack>, or organization/<project>/<stack> on a self-managed backend";
  const rows: [string, unknown, ...string[]][] = [
    ["neither stack nor directory", { trust: ["first-use"] }, `${KEY}.signedBy: ${one}`],
    ["both", { ...SIGNER, directory: "enrollments" }, `${KEY}.signedBy: ${one}`],
    [
      "no trusted CAs",
      { stack: CONSORTIUM },
      `${KEY}.signedBy.trust: is missing; it must be a list`,
    ],
    [
      "an empty list of trusted CAs",
      { stack: CONSORTIUM, trust: [] },
      `${KEY}.signedBy.trust: must have at least 1 entry`,
    ],
    [
      "a text for the list",
      { stack: CONSORTIUM, trust: "first-use" },
      `${KEY}.signedBy.trust: found a text of 9 characters; must be a list`,
    ],
    [
      "the short name of a stack",
      { stack: "consortium", trust: ["first-use"] },
      `${KEY}.signedBy.stack: found "consortium"; ${full}`,
    ],
    [
      "a name with four parts",
      { stack: "a/b/c/d", trust: ["first-use"] },
      `${KEY}.signedBy.stack: found "a/b/c/d"; ${full}`,
    ],
    [
      "a name with a space",
      { stack: "organization/my project/dev", trust: ["first-use"] },
      `${KEY}.signedBy.stack: found "organization/my project/dev"; ${full}`,
    ],
    [
      "an empty directory",
      { directory: "", trust: ["first-use"] },
      `${KEY}.signedBy.directory: found a text of 0 characters; must have at least 1 character`,
    ],
    [
      "an unknown key",
      { ...SIGNER, fingerprint: HEX },
      `${KEY}.signedBy.fingerprint: is not a known key; the known keys are stack, directory, trust, accept`,
    ],
    [
      "something other than a fingerprint to accept",
      { ...SIGNER, accept: "yes" },
      `${KEY}.signedBy.accept: found "yes", which is not a fingerprint; write a SHA-256 fingerprint, 64 hex digits`,
    ],
    ["a text", CONSORTIUM, `${KEY}.signedBy: found a text of 35 characters; must be a map`],
  ];
  for (const [title, signedBy, ...problems] of rows)
    it(`is refused with ${title}`, () => {
      assert.deepEqual(problemsOf(own(signedBy)), problems);
    });
});

describe("a setting that the signing stack decides on", () => {
  const decided = "is decided by the stack that signs (signedBy), in its enrollments; remove it";
  for (const [key, value] of [
    ["validity", "30d"],
    ["renewBefore", "10d"],
  ] as const)
    it(`is refused as certificate.${key}`, () => {
      assert.deepEqual(problemsOf(own(SIGNER, { certificate: { [key]: value } })), [
        `${KEY}.certificate.${key}: ${decided}`,
      ]);
    });

  it("is refused at every such key", () => {
    const certificate = { validity: "30d", renewBefore: "40d" };
    assert.deepEqual(problemsOf(own(SIGNER, { certificate })), [
      `${KEY}.certificate.validity: ${decided}`,
      `${KEY}.certificate.renewBefore: ${decided}`,
    ]);
  });

  it("is not the algorithm of the organization's keys", () => {
    const { keys } = organization(SIGNER, {
      certificate: { algorithm: "RSA-3072", keys: ["k1", "k2"] },
    });
    assert.deepEqual(keys, { names: ["k1", "k2"], algorithm: "RSA-3072", existing: undefined });
  });
});
