import assert from "node:assert/strict";
import { certificatePart } from "../../../../../cli/report/certificates";
import { NO_FILE } from "../../../../../cli/report/config-lines";
import type { CertificateChange } from "../../../../../cli/report/model";
import type { PlannedResource } from "../../../../../cli/report/plan";
import type { CertificateFacts } from "../../../../../facts";
import { makeLeaf } from "../../../x509/make-certificate";
import { makeRequest } from "../../../x509/make-request";
import { makeComponent, makePlan, makeResource, type Described } from "../make-plan";

export const AT = new Date("2025-12-10T00:00:00Z");
/** Valid until 2026-01-01. */
export const PEM = makeLeaf();
export const FACTS: CertificateFacts = {
  owner: "MyOrg1MSP",
  source: "organizations.MyOrg1MSP",
  origin: "issued",
  issuer: "ca/g1",
  renewBeforeHours: 720,
};
export const REQUEST = makeRequest({ subject: [["O", "MyOrg1MSP"]] });
export const INPUTS = {
  certRequestPem: REQUEST,
  validityPeriodHours: 2160,
  earlyRenewalHours: 720,
};
export const BEFORE = { inputs: INPUTS, outputs: { certPem: PEM }, provider: "default_5_3_1" };
export const AFTER = { inputs: INPUTS, provider: "default_5_3_1" };
export const holder = (before: CertificateFacts | undefined, after: CertificateFacts | undefined) =>
  makeComponent(
    "pki:Certificate",
    "org-1-certificate",
    before && { certificates: { "org-1-certificate": before } },
    after && { certificates: { "org-1-certificate": after } },
  );
export const signed = (parent: PlannedResource, described: Partial<Described>) =>
  makeResource({
    type: "tls:index/locallySignedCert:LocallySignedCert",
    name: "org-1-certificate",
    parent,
    ...described,
  });

export function changes(...resources: PlannedResource[]): readonly CertificateChange[] {
  return certificatePart(makePlan(...resources), NO_FILE, AT).certificates;
}

/** The change of a certificate that its own resource re-issues. */
export function replaced(
  described: Partial<Described>,
  before: Partial<CertificateFacts> = {},
  after: Partial<CertificateFacts> = {},
): CertificateChange {
  const parent = holder({ ...FACTS, ...before }, { ...FACTS, ...after });
  const operation = "replace";
  const resource = signed(parent, { operation, before: BEFORE, after: AFTER, ...described });
  const [change, ...more] = changes(parent, resource);
  assert.ok(change && more.length === 0);
  return change;
}

export const why = ({ reasons }: CertificateChange) =>
  reasons.map(({ code, text }) => `${code}: ${text}`);
