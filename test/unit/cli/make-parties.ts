import { Checklist } from "../../../verify/check";
import type { BackendSetup, Host, OrchestratorSetup } from "../../../systems/substra/verify/setup";
import { readCertificate } from "../../../x509";
import { makeLeaf, type CertificateOptions } from "../x509/make-certificate";
import { keys } from "../x509/make-keys";
import { makeDnsNames } from "../x509/make-names";
import { CA } from "./make-admissions";

/** A day on which every certificate created here is valid. */
export const AT = new Date("2025-06-01T00:00:00Z");

const DNS_NAMES = ["orchestrator.example.org", "orchestrator.internal.example"];

const file = (text: string, origin: string) => ({ path: "", text, origin });
const caFile = (text: string) => ({
  ...file(text, "Secret ns/ca"),
  certificates: [readCertificate(text)],
});
const keyPem = () => keys("p256").privateKey.export({ type: "pkcs8", format: "pem" }).toString();

/** Creates an orchestrator whose only member is MyOrg1MSP. */
export function makeHost(
  changes: Partial<OrchestratorSetup> = {},
  options: CertificateOptions = {},
): Host {
  const certificate = makeLeaf({
    ...options,
    subject: [["CN", "orchestrator"]],
    extensions: [makeDnsNames(...DNS_NAMES)],
  });
  const setup = {
    mutualTls: true,
    verifyMspId: true,
    certificate: file(certificate, "Secret ns/server-pair"),
    key: file(keyPem(), "Secret ns/server-pair"),
    serverCa: caFile(CA),
    clientCas: new Map([["MyOrg1MSP", [caFile(CA)]]]),
    channels: new Map([["mychannel", ["MyOrg1MSP"]]]),
    ...changes,
  };
  const list = new Checklist("orchestrator");
  return { setup, leaf: readCertificate(certificate), probes: [], list };
}

/** Creates the settings and files of an organization's backend. */
export function makeBackend(mspId: string, certificate?: string): BackendSetup {
  return {
    host: "orchestrator.example.org",
    port: "443",
    mspId,
    channels: ["mychannel"],
    ca: file(CA, "Secret ns/ca"),
    caCertificates: [readCertificate(CA)],
    certificate: file(certificate ?? makeLeaf({ subject: [["O", mspId]] }), "Secret ns/pair"),
    key: file(keyPem(), "Secret ns/pair"),
  };
}
