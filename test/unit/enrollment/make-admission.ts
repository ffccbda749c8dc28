import type { SubstraAdmission } from "../../../systems/substra/admission";
import { readCertificate } from "../../../x509";
import { makeCa, makeLeaf, type CertificateOptions } from "../x509/make-certificate";
import { keys } from "../x509/make-keys";
import type { Attribute } from "../x509/make-names";

/** A date at which every certificate created here is valid. */
export const AT = new Date("2025-06-01T00:00:00Z");

const SECOND: readonly Attribute[] = [["CN", "Second CA"]];

/** Two generations of one CA. */
export const G1 = makeCa();
export const G2 = makeCa({
  subject: SECOND,
  issuer: SECOND,
  keys: keys("p521"),
  signer: keys("p521"),
  subjectKeyId: "cb",
  authorityKeyId: "cb",
});

export const FINGERPRINTS = {
  g1: readCertificate(G1).fingerprint,
  g2: readCertificate(G2).fingerprint,
};

/** A leaf of the second generation. */
export function makeLeafOfG2(options: CertificateOptions = {}): string {
  return makeLeaf({ issuer: SECOND, signer: keys("p521"), authorityKeyId: "cb", ...options });
}

/** The admission of MyOrg1MSP for its key `p256`. */
export function makeAdmission(changes: Partial<SubstraAdmission> = {}): SubstraAdmission {
  return {
    mspId: "MyOrg1MSP",
    certificate: makeLeaf(),
    authorities: { g1: { state: "signing", certificate: G1 } },
    channels: ["mychannel"],
    orchestrator: {
      internal: { host: "orchestrator.internal.example", port: 9000 },
      external: { host: "orchestrator.example.org", port: 443 },
      dnsNames: ["orchestrator.example.org", "orchestrator.internal.example"],
      chart: { name: "orchestrator", version: "8.8.0" },
    },
    ...changes,
  };
}
