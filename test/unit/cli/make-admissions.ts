import type { AdmissionsDocument } from "../../../systems/substra/admission";
import { makeCa, makeLeaf } from "../x509/make-certificate";

/** The consortium's only CA, which is also valid in tests with today's clock. */
export const CA = makeCa({ notAfter: "2049-12-31T00:00:00Z" });

/** Creates the document that a consortium publishes, by default for one organization, MyOrg1MSP. */
export function makeAdmissions(changes: Partial<AdmissionsDocument> = {}): AdmissionsDocument {
  return {
    format: 1,
    authorities: { g1: { state: "signing", certificate: CA } },
    orchestrator: {
      internal: { host: "orchestrator.internal.example", port: 9000 },
      external: { host: "orchestrator.example.org", port: 443 },
      dnsNames: ["orchestrator.example.org", "orchestrator.internal.example"],
      chart: { name: "orchestrator", version: "8.8.0" },
    },
    organizations: { MyOrg1MSP: { certificate: makeLeaf(), channels: ["mychannel"] } },
    ...changes,
  };
}
