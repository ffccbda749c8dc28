import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { dialledBy, type Wishes } from "../../components/substra/connection";
import type { Endpoint } from "../../components/substra/names";
import { admissionForm, listOf, name } from "../../enrollment/documents";
import { isDnsName, isIpAddress } from "../../x509";

const host = z
  .string()
  .refine((text) => isDnsName(text) || isIpAddress(text), { error: "not a host name" });

const endpoint = z.object({ host, port: z.int().min(1).max(65535) });

const orchestrator = z.object({
  /** Endpoint for backends in the same cluster. */
  internal: endpoint,
  /** Endpoint for all other backends, if there is one. */
  external: endpoint.optional(),
  /** DNS names in the orchestrator's certificate. */
  dnsNames: listOf(name),
  /** IP addresses in the certificate. @default - none */
  ipAddresses: listOf(z.string().refine(isIpAddress, { error: "not an IP address" })).optional(),
  /** The chart with which it is deployed. */
  chart: z.object({ name, version: name }),
});

/** The form of an organization's request and of its admission: its channels, and how to reach the orchestrator. */
export const ADMISSION_FORM = admissionForm({
  server: "the orchestrator",
  signer: "the consortium",
  requestsOutput: "requests",
  admissionsOutput: "admissions",
  parties: "organizations",
  nameField: "mspId",
  documentFile: "consortium.yaml",
  own: { channels: listOf(name) },
  shared: { orchestrator },
});

export type SubstraAdmission = z.output<typeof ADMISSION_FORM.admission>;
export type AdmissionsDocument = z.output<typeof ADMISSION_FORM.admissions>;
export type ConsortiumDocument = z.output<typeof ADMISSION_FORM.document>;

/** Returns what is expected of an organization's certificate: its MSP ID as the organization (O), for clients. */
export function expectedOf(mspId: string) {
  return {
    party: mspId,
    organization: mspId,
    purposes: ["clientAuth"] as const,
    section: `organizations.${mspId}`,
    trustKey: `organizations.${mspId}.signedBy.trust`,
    form: ADMISSION_FORM,
  };
}

/** Returns a function that reports an admission that moves the orchestrator's address which the backend dials. */
export function endpointSetbacks(organization: Pick<Wishes, "orchestrator">) {
  const dials = dialledBy(organization);
  return (admission: SubstraAdmission, inUse: SubstraAdmission): string[] => {
    const [is, was] = [dials(admission.orchestrator), dials(inUse.orchestrator)];
    if (was === undefined || isDeepStrictEqual(is, was)) return [];
    return [
      `it moves the orchestrator from ${textOf(was)}, which is dialled now, to ${is === undefined ? "nowhere" : textOf(is)}`,
    ];
  };
}

const textOf = ({ host, port }: Endpoint) => `${host}:${port}`;
