import { posix } from "node:path";
import type { z } from "zod";
import type { Role } from "../../components/pki";
import { partyOf, sourceOf } from "../../components/services/party";
import { admissionForm } from "../../enrollment/documents";
import { FILES } from "../../enrollment/files";
import type { Purpose } from "../../x509";
import type { ServiceSettings } from "./settings";

/** The form of a service's request and of its admission, which has nothing but a certificate and its CAs. */
export const SERVICE_FORM = admissionForm({
  server: "the configuration",
  signer: "the stack that signs",
  requestsOutput: "serviceRequests",
  admissionsOutput: "serviceAdmissions",
  parties: "services",
  nameField: "party",
  documentFile: "authority.yaml",
  own: {},
  shared: {},
});

export type ServiceAdmission = z.output<typeof SERVICE_FORM.admission>;

const PURPOSES: Readonly<Record<Role, readonly Purpose[]>> = {
  server: ["serverAuth"],
  client: ["clientAuth"],
  both: ["serverAuth", "clientAuth"],
};

/** Returns what is expected of the certificate of a service that another stack signs for. */
export function expectedOf({ name, organization, role }: ServiceSettings, trustKey: string) {
  return {
    party: partyOf(name),
    organization,
    purposes: PURPOSES[role],
    section: sourceOf(name),
    trustKey,
    form: SERVICE_FORM,
  };
}

/** Returns the path of a service's folder in a directory of files that are exchanged. */
export function folderOf(directory: string, service: string): string {
  return posix.join(directory, service);
}

/** Returns the path of a service's request in a directory of files that are exchanged. */
export function requestFileOf(directory: string, service: string): string {
  return posix.join(folderOf(directory, service), FILES.request);
}

/**
 * Returns the entry of a service in what the signing stack publishes: services of several stacks may have one name.
 *
 * @param from the stack of the service, or its group if its request comes as a file.
 */
export function entryOf(from: string, service: string): string {
  return `${from}/${service}`;
}
