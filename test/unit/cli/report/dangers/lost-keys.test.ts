import assert from "node:assert/strict";
import { lostGenerations, lostKeys } from "../../../../../cli/report/dangers/lost-keys";
import type { PlannedResource } from "../../../../../cli/report/plan";
import { makeLeaf } from "../../../x509/make-certificate";
import { keys } from "../../../x509/make-keys";
import { caPem } from "../make-consortium";
import { makeComponent, makePlan, makeResource } from "../make-plan";

const AT = new Date("2025-06-01T00:00:00Z");
const certificates = {
  k1: makeLeaf({ keys: keys("p256") }),
  k2: makeLeaf({ keys: keys("otherP256") }),
};
type KeyName = keyof typeof certificates;

const received = (key: KeyName) => ({
  certificates: {
    "org-a": {
      owner: "OrgA",
      source: "OrgA",
      origin: "received" as const,
      certificate: certificates[key],
    },
  },
});

/** The resources of an organization whose certificate another stack signs, and whose key `k1` is deleted. */
function enrollment(before: KeyName, after: KeyName | undefined): PlannedResource[] {
  const component = makeComponent(
    "enrollment:Enrollment",
    "org-a",
    received(before),
    after && received(after),
  );
  const key = makeResource({
    type: "tls:index/privateKey:PrivateKey",
    name: "org-a-k1-key",
    parent: component,
    before: {
      outputs: {
        publicKeyPem: keys("p256").publicKey.export({ type: "spki", format: "pem" }).toString(),
      },
    },
  });
  return [component, key];
}

const lost = (...resources: readonly PlannedResource[]) => lostKeys(makePlan(...resources), AT);

describe("the key of a certificate that another stack has signed", () => {
  it("is missed when nothing replaces it", () => {
    assert.deepEqual(lost(...enrollment("k1", "k1")), [
      {
        text: "The private key org-a-k1-key is deleted, although OrgA has a certificate for it until 2026-01-01: nobody can use or renew that certificate any longer, and with another key OrgA must request a new one.",
        todo: "If the organization stays, give it another key (`certificate.keys`), and remove this one when the new key has its certificate.",
      },
    ]);
    assert.equal(lost(...enrollment("k1", undefined)).length, 1);
  });

  it("is not missed when another key has its certificate", () => {
    assert.deepEqual(lost(...enrollment("k1", "k2")), []);
    assert.deepEqual(lost(...enrollment("k2", "k2")), []);
  });
});

describe("the key of a CA generation", () => {
  it("is missed when the generation stays, but only as trusted", () => {
    const side = (state: "signing" | "trusted") => ({
      authority: { generations: { g1: { state, certificate: caPem("g1") } } },
    });
    const found = (after: "signing" | "trusted") => {
      const ca = makeComponent("pki:CertificateAuthority", "ca", side("signing"), side(after));
      const key = makeResource({
        type: "tls:index/privateKey:PrivateKey",
        name: "ca-g1-key",
        parent: ca,
        before: {},
      });
      return lostGenerations(makePlan(ca, key), AT);
    };
    assert.deepEqual(found("trusted"), [
      {
        text: "The private key of CA generation g1 is deleted while the generation stays `trusted`: it can no longer sign.",
        todo: "Keep the generation as it was created here, or make sure that somebody has its key.",
      },
    ]);
    assert.deepEqual(found("signing"), []);
  });
});
