import assert from "node:assert/strict";
import { certificatePart } from "../../../../../cli/report/certificates";
import { configLines } from "../../../../../cli/report/config-lines";
import type { CertificateFacts } from "../../../../../facts";
import { readCertificate } from "../../../../../x509";
import { makeLeaf } from "../../../x509/make-certificate";
import { keys } from "../../../x509/make-keys";
import { makeDnsNames } from "../../../x509/make-names";
import { makeRequest } from "../../../x509/make-request";
import { makeComponent, makePlan } from "../make-plan";

import {
  AFTER,
  AT,
  BEFORE,
  FACTS,
  INPUTS,
  PEM,
  changes,
  holder,
  replaced,
  signed,
  why,
} from "./make-changes";

describe("a party's certificate", () => {
  it("is not a change if it stays", () => {
    const parent = holder(FACTS, FACTS);
    assert.deepEqual(changes(parent, signed(parent, { before: BEFORE, after: AFTER })), []);
  });

  it("has all that its request asks for when it is first issued", () => {
    const parent = holder(undefined, FACTS);
    assert.deepEqual(changes(parent, signed(parent, { after: AFTER })), [
      {
        operation: "issued",
        kind: "leaf",
        owner: "MyOrg1MSP",
        name: "org-1-certificate",
        subject: "O=MyOrg1MSP",
        names: { kept: [], added: [], removed: [] },
        key: { before: undefined, after: "ECDSA-P256" },
        issuer: { before: undefined, after: "g1" },
        expires: undefined,
        validity: { hours: 2160 },
        fingerprint: undefined,
        reasons: [
          {
            code: "first",
            text: "it has no certificate yet",
            source: { key: "countersign:organizations.MyOrg1MSP" },
          },
        ],
      },
    ]);
  });

  it("is renewed when it enters its renewal window", () => {
    const change = replaced({ reasons: ["readyForRenewal"] });
    assert.equal(change.operation, "renewed");
    assert.equal(change.expires, "2026-01-01T00:00:00.000Z");
    assert.deepEqual(change.validity, { hours: 2160 });
    assert.equal(change.fingerprint, readCertificate(PEM).fingerprint);
    assert.deepEqual(why(change), [
      "renewal-window: it entered its renewal window on 2025-12-02, 30d before it expires",
    ]);
  });

  it("is renewed when it has expired", () => {
    const outputs = { certPem: makeLeaf({ notAfter: "2025-12-09T00:00:00Z" }) };
    const change = replaced({ before: { ...BEFORE, outputs }, reasons: ["readyForRenewal"] });
    assert.deepEqual(why(change), ["expired: it expired on 2025-12-09"]);
  });

  it("is replaced when another generation signs", () => {
    const change = replaced({ reasons: ["caCertPem", "caPrivateKeyPem"] }, {}, { issuer: "ca/g2" });
    assert.equal(change.operation, "replaced");
    assert.deepEqual(change.issuer, { before: "g1", after: "g2" });
    assert.deepEqual(why(change), ["issuer: CA generation g2 signs in place of g1"]);
    assert.equal(change.reasons[0]?.source?.key, "countersign:authority.generations.g2.state");
  });

  it("is re-keyed by a request for another key", () => {
    const certRequestPem = makeRequest({ subject: [["O", "MyOrg1MSP"]], keys: keys("p384") });
    const change = replaced({
      after: { ...AFTER, inputs: { ...INPUTS, certRequestPem } },
      reasons: ["certRequestPem"],
    });
    assert.equal(change.operation, "re-keyed");
    assert.deepEqual(change.key, { before: "ECDSA-P256", after: "ECDSA-P384" });
    assert.deepEqual(why(change), ["key: its key changes to ECDSA-P384"]);
  });

  it("is replaced by a request with another subject", () => {
    const certRequestPem = makeRequest({
      subject: [
        ["O", "MyOrg1MSP"],
        ["CN", "new"],
      ],
    });
    const change = replaced({
      after: { ...AFTER, inputs: { ...INPUTS, certRequestPem } },
      reasons: ["certRequestPem"],
    });
    assert.equal(change.operation, "replaced");
    assert.equal(change.subject, "O=MyOrg1MSP, CN=new");
    assert.deepEqual(why(change), ["request: its subject was O=MyOrg1MSP"]);
  });

  it("is replaced when its validity changes", () => {
    const change = replaced({
      after: { ...AFTER, inputs: { ...INPUTS, validityPeriodHours: 720 } },
      reasons: ["validityPeriodHours"],
    });
    assert.deepEqual(change.validity, { hours: 720 });
    assert.deepEqual(why(change), ["validity: its validity changes from 90d to 30d"]);
    assert.equal(
      change.reasons[0]?.source?.key,
      "countersign:organizations.MyOrg1MSP.certificate.validity",
    );
  });

  it("would be re-issued by another version of the provider", () => {
    const change = replaced({ after: { ...AFTER, provider: "default_5_4_0" }, reasons: [] });
    assert.equal(change.operation, "renewed");
    assert.deepEqual(why(change), [
      "provider: the upgrade of provider tls 5.3.1 -> 5.4.0 would re-issue it",
    ]);
  });

  it("is replaced for reasons that only Pulumi knows, which is reported", () => {
    assert.deepEqual(why(replaced({ reasons: ["maxPathLength"] })), [
      "unknown: Pulumi says only that these have changed: maxPathLength",
    ]);
    assert.deepEqual(why(replaced({ reasons: [] })), ["unknown: Pulumi does not say why"]);
  });

  it("is withdrawn with its party", () => {
    const parent = holder(FACTS, undefined);
    const [change] = changes(parent, signed(parent, { before: BEFORE }));
    assert.equal(change?.operation, "withdrawn");
    assert.equal(change.validity, undefined);
    assert.deepEqual(change.reasons, [
      {
        code: "removed",
        text: "MyOrg1MSP was removed from organizations",
        source: { key: "countersign:organizations" },
      },
    ]);
  });

  it("is withdrawn from a party that stays, if nobody asks for it any longer", () => {
    const parent = holder(FACTS, undefined);
    const config = "config:\n  countersign:organizations:\n    MyOrg1MSP: {}\n";
    const plan = makePlan(parent, signed(parent, { before: BEFORE }));
    const [change] = certificatePart(plan, configLines(config, "Pulumi.dev.yaml"), AT).certificates;
    assert.deepEqual(change?.reasons, [
      {
        code: "needless",
        text: "MyOrg1MSP no longer needs one",
        source: { key: "countersign:organizations.MyOrg1MSP", file: "Pulumi.dev.yaml", line: 3 },
      },
    ]);
  });

  it("is withdrawn from a party that has one of another stack, which is not another need", () => {
    const parent = holder(FACTS, undefined);
    const received: CertificateFacts = { ...FACTS, origin: "received", certificate: PEM };
    const facts = { certificates: { "org-1": received } };
    const enrollment = makeComponent("enrollment:Enrollment", "org-1", facts, facts);
    const config = "config:\n  countersign:organizations:\n    MyOrg1MSP: {}\n";
    const plan = makePlan(parent, signed(parent, { before: BEFORE }), enrollment);
    const found = certificatePart(plan, configLines(config, "Pulumi.dev.yaml"), AT).certificates;
    assert.deepEqual(
      found.map(({ operation, reasons: [reason] }) => [operation, reason?.text]),
      [["withdrawn", "MyOrg1MSP has one that another stack signed"]],
    );
  });

  it("gets a name because of the cluster's domain, if the name ends in that", () => {
    const dnsNames = ["o.org-1.svc.k8s.example", "o.org-1.svc.cluster.local"];
    const request = makeRequest({ extensions: [makeDnsNames(...dnsNames)] });
    const parent = holder(FACTS, FACTS);
    const after = { ...AFTER, inputs: { ...INPUTS, certRequestPem: request } };
    const resource = signed(parent, { operation: "replace", before: BEFORE, after });
    const config = "config:\n  countersign:clusterDomain: k8s.example\n";
    const lines = configLines(config, "Pulumi.dev.yaml");
    const [change] = certificatePart(makePlan(parent, resource), lines, AT).certificates;
    assert.deepEqual(
      change?.reasons.map(({ text, source }) => [text, source?.key, source?.line]),
      [
        ["DNS:o.org-1.svc.cluster.local is added", "countersign:organizations", undefined],
        ["DNS:o.org-1.svc.k8s.example is added", "countersign:clusterDomain", 2],
      ],
    );
  });

  it("is known in full if it comes from another stack", () => {
    const received = (certificate: string): CertificateFacts => ({
      owner: "MyOrg1MSP",
      source: "organizations.MyOrg1MSP",
      origin: "received",
      certificate,
    });
    const next = makeLeaf({ notAfter: "2026-06-01T00:00:00Z" });
    const [change] = changes(holder(received(PEM), received(next)));
    assert.equal(change?.operation, "renewed");
    assert.deepEqual(change.validity, { until: "2026-06-01T00:00:00.000Z" });
    assert.deepEqual(change.issuer, { before: "CN=Test CA", after: "CN=Test CA" });
    assert.deepEqual(why(change), ["received: a new certificate was received from another stack"]);
  });

  it("is renewed when it is due, if it was adopted", () => {
    const { owner, source, renewBeforeHours } = FACTS;
    const adopted: CertificateFacts = {
      owner,
      source,
      origin: "adopted",
      certificate: PEM,
      renewBeforeHours,
    };
    const parent = holder(adopted, FACTS);
    const [change] = changes(parent, signed(parent, { after: AFTER }));
    assert.equal(change?.key.before, "ECDSA-P256");
    assert.deepEqual(why(change), [
      "issuer: CA generation g1 signs in place of CN=Test CA",
      "renewal-window: it entered its renewal window on 2025-12-02, 30d before it expires",
    ]);
  });

  it("is found even if an earlier version of Countersign stated no facts about it", () => {
    const parent = holder(undefined, undefined);
    const [change] = changes(parent, signed(parent, { before: BEFORE }));
    assert.equal(change?.owner, "MyOrg1MSP");
    assert.equal(change.operation, "withdrawn");
  });
});
