import assert from "node:assert/strict";
import { certificatePart } from "../../../../../cli/report/certificates";
import { NO_FILE } from "../../../../../cli/report/config-lines";
import type { PlannedResource } from "../../../../../cli/report/plan";
import { UNKNOWN } from "../../../../../cli/report/value";
import type { CertificateFacts, Facts } from "../../../../../facts";
import { makeComponent, makePlan, makeResource, type Described } from "../make-plan";

import { AFTER, AT, BEFORE, FACTS, INPUTS, changes, holder, signed, why } from "./make-changes";

describe("a request for a key that the same up makes", () => {
  const requested = (granted: CertificateFacts["granted"], key?: Described, old?: Described) => {
    const [made, before] = [key && makeResource(key), old && makeResource(old)];
    const parent = holder(FACTS, { ...FACTS, ...(granted && { granted }) });
    const unknown = { ...INPUTS, certRequestPem: "04da6b54-80e4-46f7-96ec-b56ff0331ba9" };
    const dependsOn = (resource: PlannedResource | undefined) =>
      resource && { dependencies: { certRequestPem: [resource.urn] } };
    const resource = signed(parent, {
      operation: "replace",
      before: { ...BEFORE, ...dependsOn(before ?? made) },
      after: { ...AFTER, inputs: unknown, ...dependsOn(made) },
      reasons: ["certRequestPem"],
    });
    const others = [made, before].filter((each) => each !== undefined);
    const [change] = changes(parent, resource, ...others);
    assert.ok(change);
    return change;
  };
  const KEY: Described = {
    type: "tls:index/privateKey:PrivateKey",
    name: "org-1-key",
    before: { inputs: { algorithm: "ECDSA", ecdsaCurve: "P256" } },
    after: { inputs: { algorithm: "ECDSA", ecdsaCurve: "P256" } },
  };

  it("asks for what its party is granted", () => {
    const change = requested({ dnsNames: ["b.example", "a.example"] }, KEY);
    assert.equal(change.operation, "replaced");
    assert.equal(change.subject, "O=MyOrg1MSP");
    assert.deepEqual(change.names, {
      kept: [],
      added: ["DNS:a.example", "DNS:b.example"],
      removed: [],
    });
    assert.deepEqual(change.key, { before: "ECDSA-P256", after: "ECDSA-P256" });
    assert.deepEqual(why(change), [
      "names: DNS:a.example is added",
      "names: DNS:b.example is added",
    ]);
  });

  it("is for another key if that is created too", () => {
    const created: Described = { ...KEY, before: undefined, operation: "create" };
    const change = requested({ dnsNames: [] }, created);
    assert.equal(change.operation, "re-keyed");
    assert.deepEqual(why(change), ["key: it gets another key"]);
  });

  it("is for the same key if an older state has a resource for the request", () => {
    const key = makeResource(KEY);
    const request: Described = {
      type: "tls:index/certRequest:CertRequest",
      name: "org-1-request",
      before: { dependencies: { privateKeyPem: [key.urn] } },
    };
    const change = requested({ dnsNames: ["a.example"] }, KEY, request);
    assert.equal(change.operation, "replaced");
    assert.deepEqual(why(change), ["names: DNS:a.example is added"]);
  });

  it("says nothing about an imported key, which is then unknown", () => {
    const granted = { organization: "Org", commonName: "a, b", dnsNames: [] };
    const change = requested({ ...granted, ipAddresses: ["10.0.0.1"], uris: ["spiffe://a/b"] });
    assert.equal(change.subject, 'O=Org, CN="a, b"');
    assert.deepEqual(change.names, {
      kept: [],
      added: ["IP:10.0.0.1", "URI:spiffe://a/b"],
      removed: [],
    });
    assert.deepEqual(change.key, { before: "ECDSA-P256", after: UNKNOWN });
  });

  it("is unknown if its component does not state it", () => {
    const change = requested(undefined, KEY);
    assert.equal(change.subject, UNKNOWN);
    assert.equal(change.names, UNKNOWN);
  });
});

describe("a certificate that an older state has in a component of its own", () => {
  it("is the same one when another component states it", () => {
    const component = makeComponent(
      "pki:Certificate",
      "org-1-certificate",
      { certificate: FACTS } as Facts,
      undefined,
    );
    const party = makeComponent(
      "substra:Backend",
      "org-1",
      {},
      {
        certificates: { "org-1-certificate": FACTS },
      },
    );
    const resource = signed(party, { before: BEFORE, after: AFTER });
    assert.deepEqual(changes(component, party, resource), []);
    const { lifetimes } = certificatePart(makePlan(component, party, resource), NO_FILE, AT);
    assert.deepEqual(
      lifetimes.map(({ name, owner }) => [name, owner]),
      [["org-1-certificate", "MyOrg1MSP"]],
    );
  });
});
