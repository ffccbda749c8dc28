import assert from "node:assert/strict";
import type { Facts } from "../../../../../facts";
import type { PlannedResource } from "../../../../../cli/report/plan";
import { releaseChanges } from "../../../../../cli/report/releases";
import { makeComponent, makePlan, makeResource } from "../make-plan";
import { givenSecret } from "./given-secret";

const peer = { party: "Server", source: "server", presents: "server-certificate", dials: [] };

function peers(facts: object = {}): Facts {
  return { peers: [{ ...peer, ...facts }] };
}

const certificate = (issuer: string): Facts => ({
  certificates: {
    "server-certificate": { owner: "Server", source: "server", origin: "issued", issuer },
  },
});

interface Upgrade {
  readonly values?: readonly [object, object];
  readonly inputs?: readonly [object, object];
  readonly facts?: readonly [Facts, Facts];
  readonly objects?: readonly PlannedResource[];
  readonly others?: readonly PlannedResource[];
}

/** The clauses on why a release is upgraded whose values name some objects. */
async function why({
  values: [before, after] = [{}, {}],
  inputs: [old, coming] = [{}, {}],
  facts = [peers(), peers()],
  objects = [],
  others = [],
}: Upgrade): Promise<readonly string[] | undefined> {
  const component = makeComponent("test:Server", "server", ...facts);
  const dependencies = { values: objects.map(({ urn }) => urn) };
  const release = makeResource({
    type: "kubernetes:helm.sh/v3:Release",
    name: "server",
    parent: component,
    operation: "update",
    before: { inputs: { chart: "c", values: before, ...old }, dependencies },
    after: { inputs: { chart: "c", values: after, ...coming }, dependencies },
  });
  const plan = makePlan(component, release, ...objects, ...others);
  const [change] = await releaseChanges(plan, { project: "/", base: undefined, charts: false });
  return change?.why;
}

/**
 * The Secret with the key pair of a certificate that is re-issued, and the resources that it comes from. In older states,
 * it depends on the key too.
 */
function pair(
  reasons: readonly string[],
  issuers = ["ca/g1", "ca/g1"],
  key: "same" | "create" = "same",
  isOlder = false,
) {
  const [old = "", coming = ""] = issuers;
  const component = makeComponent(
    "pki:Certificate",
    "server-certificate",
    certificate(old),
    certificate(coming),
  );
  const privateKey = makeResource({
    type: "tls:index/privateKey:PrivateKey",
    name: "server-key",
    operation: key,
    ...(key === "same" && { before: {} }),
    after: {},
  });
  const signed = makeResource({
    type: "tls:index/locallySignedCert:LocallySignedCert",
    name: "server-certificate",
    parent: component,
    operation: "replace",
    before: {},
    after: { dependencies: { certRequestPem: [privateKey.urn] } },
    reasons,
  });
  const authority = makeResource({
    type: "tls:index/selfSignedCert:SelfSignedCert",
    name: "ca-g1",
    before: {},
    after: {},
  });
  const held = isOlder ? [signed, privateKey, authority] : [signed, authority];
  const secret = givenSecret("pair", "replace", "pair-1", "pair-2", held, "kubernetes.io/tls");
  const made = [signed, privateKey, authority];
  return { objects: [secret], others: [component, ...made] };
}

describe("a release rolls because", () => {
  it("its certificate is renewed", async () => {
    const values = [{ pair: "pair-1" }, { pair: "pair-2" }] as const;
    assert.deepEqual(await why({ values, ...pair(["readyForRenewal"]) }), [
      "the certificate of Server is renewed",
    ]);
  });

  it("its certificate has other content", async () => {
    assert.deepEqual(await why(pair(["certRequestPem"])), [
      "the certificate of Server is replaced",
    ]);
  });

  it("its certificate gets a new key", async () => {
    for (const isOlder of [false, true]) {
      const changes = pair(["certRequestPem"], undefined, "create", isOlder);
      assert.deepEqual(await why(changes), ["the certificate of Server gets a new key"]);
    }
  });

  it("another generation signs its certificate", async () => {
    assert.deepEqual(await why(pair(["caCertPem"], ["ca/g1", "ca/g2"])), [
      "the certificate of Server is signed by g2 instead of g1",
    ]);
  });

  it("its certificate comes from elsewhere", async () => {
    const secret = givenSecret("pair", "replace", "pair-1", "pair-2", [], "kubernetes.io/tls");
    assert.deepEqual(await why({ objects: [secret] }), ["the certificate of Server changes"]);
  });

  it("it trusts other CAs", async () => {
    const facts = [peers({ trusts: ["ca/g1"] }), peers({ trusts: ["ca/g2", "ca/g3"] })] as const;
    assert.deepEqual(await why({ facts }), [
      "Server trusts g2 and g3 too",
      "Server no longer trusts g1",
    ]);
  });

  it("it trusts other CAs, which are in the Secret with its pair", async () => {
    const facts = [peers({ trusts: ["ca/g1"] }), peers({ trusts: ["ca/g1", "ca/g2"] })] as const;
    const { urn: parent } = makeComponent("test:Server", "server", ...facts);
    const secret = (held: readonly PlannedResource[]) => ({
      ...givenSecret("pair", "replace", "pair-1", "pair-2", held, "kubernetes.io/tls"),
      parent,
    });
    const signed = makeResource({
      type: "tls:index/locallySignedCert:LocallySignedCert",
      name: "server-certificate",
      before: {},
      after: {},
    });
    const issued = { facts, objects: [secret([signed])], others: [signed] };
    assert.deepEqual(await why(issued), ["Server trusts g2 too"]);
    const received = (was: string, is: string) => {
      const [before, after] = [was, is].map((pem) => ({
        certificates: {
          "server-certificate": {
            owner: "Server",
            source: "server",
            origin: "received" as const,
            certificate: pem,
          },
        },
      }));
      const holder = makeComponent("test:Enrollment", "enrollment", before, after);
      return { facts, objects: [secret([])], others: [holder] };
    };
    assert.deepEqual(await why(received("PEM", "PEM")), ["Server trusts g2 too"]);
    assert.deepEqual(await why(received("PEM", "other")), [
      "the certificate of Server changes",
      "Server trusts g2 too",
    ]);
  });

  it("it admits others", async () => {
    const facts = [peers({ admits: ["A", "B"] }), peers({ admits: ["B", "C"] })] as const;
    assert.deepEqual(await why({ facts }), ["Server lets C in", "Server no longer lets A in"]);
  });

  it("the channels change", async () => {
    const values = (digest: string, members: readonly string[]) => ({
      channels: [{ name: "mychannel", organizations: members }],
      podAnnotations: { "countersign/channels": digest },
    });
    assert.deepEqual(await why({ values: [values("1", ["A"]), values("2", ["A", "B"])] }), [
      "the channels change",
    ]);
  });

  it("a password changes", async () => {
    const password = makeResource({
      type: "random:index/randomPassword:RandomPassword",
      name: "password",
      after: {},
    });
    const secret = givenSecret("database", "replace", "database-1", "database-2", [password]);
    assert.deepEqual(await why({ objects: [secret], others: [password] }), [
      "the password in database changes",
    ]);
  });

  it("its chart changes", async () => {
    assert.deepEqual(
      await why({ inputs: [{ version: "1.0.0" }, { version: "2.0.0", chart: "d" }] }),
      ["the chart goes from 1.0.0 to 2.0.0", "the chart comes from another place"],
    );
  });

  it("its values change", async () => {
    assert.deepEqual(await why({ values: [{ a: 1 }, { a: 2, b: 3 }] }), ["values a and b change"]);
    assert.deepEqual(await why({ values: [{}, { a: 1, b: 2, c: 3, d: 4 }] }), ["4 values change"]);
  });

  it("its own inputs change", async () => {
    assert.deepEqual(await why({ inputs: [{ timeout: 1 }, { timeout: 2 }] }), [
      "the release's timeout changes",
    ]);
  });
});
