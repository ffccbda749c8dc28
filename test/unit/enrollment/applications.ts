import { missing, type Received } from "../../../enrollment/documents";
import {
  decideRequests,
  type Applied,
  type Register,
  type Terms,
} from "../../../enrollment/requests";
import { publicKeyFingerprint } from "../../../x509";
import { keys } from "../x509/make-keys";
import { makeRequest } from "../x509/make-request";

export const NEW: Register = { requests: {}, keys: {} };
export const TERMS: Terms = {
  organization: "the party's",
  dnsNames: [],
  keyAlgorithms: ["ECDSA-P256", "ECDSA-P384"],
  source: "the party's",
};
export const NO_FILE = missing("there is no file request.pem yet");

export type KeyName = "p256" | "otherP256" | "p384";
export const fingerprint = (name: KeyName) => publicKeyFingerprint(keys(name).publicKey);
export const request = (mspId: string, name: KeyName) =>
  makeRequest({ subject: [["O", mspId]], keys: keys(name) });
export const here = (value: string): Received<string> => ({ kind: "here", value });
export const applies = (
  received: Received<string>,
  changes: Partial<Terms & Applied> = {},
): Applied => {
  const { existing, ...terms } = changes;
  return { terms: { ...TERMS, ...terms }, received, existing };
};
/** Decides on requests of organizations, each of which may have its own name. */
export const decide = (applied: Record<string, Applied>, remembered = NEW, ownKeys = {}) =>
  decideRequests(
    new Map(
      Object.entries(applied).map(([mspId, each]) => [
        mspId,
        { ...each, terms: { ...each.terms, ...nameOf(mspId) } },
      ]),
    ),
    remembered,
    ownKeys,
  );
const nameOf = (mspId: string) => ({ organization: mspId, source: `enrollments.${mspId}` });
export const refusal = (...reasons: string[]) => ({
  name: "RequestsRefused",
  message: `Requests for certificates are refused, and nothing was changed:${reasons
    .map((reason) => `\n  - ${reason}`)
    .join("")}`,
});
export const heldBy = (mspId: string, name: KeyName, holder: string) =>
  `the request of ${mspId} asks for the key ${fingerprint(name).slice(0, 16)}…, which is held by "${holder}"; enrollments.${mspId} grants a key of its own. Make a new key, and a new request from it.`;
export const readmission = (mspId: string, name: KeyName) =>
  ` To let ${mspId} come back with this very key, set countersign:enrollments.${mspId}.publicKey to ${fingerprint(name)}.`;
export const holds = (holder: string, withdrawn = false) => ({ holder, withdrawn });

/** Requests of this run. ECDSA signatures differ each time. */
export const ONE = request("MyOrg1MSP", "p256");
export const TWO = request("MyOrg2MSP", "otherP256");
