import { EXCHANGES } from "../../../../cli/enroll/command";
import { exportsOf, saveAll } from "../../../../cli/enroll/export-command";
import { filesOfAdmission } from "../../../../enrollment/files";
import { SERVICE_FORM, type ServiceAdmission } from "../../../../systems/services/admission";
import { FINGERPRINTS, G1 } from "../../enrollment/make-admission";
import { makeLeaf, type CertificateOptions } from "../../x509/make-certificate";
import { makeDnsNames } from "../../x509/make-names";
import { makeRequest, type RequestOptions } from "../../x509/make-request";
import type { Project } from "./project";

const DB = { namespace: "shop", server: { clients: "required" } };
const ORDERS = { namespace: "shop", calls: { db: {} } };

/** Sections of a stack whose services another one signs for. What `import` does not need may be incomplete. */
export function memberSections(signedBy: object = {}, services: object = {}) {
  return {
    servicesSignedBy: { directory: "enrollments", trust: [FINGERPRINTS.g1], ...signedBy },
    services: { db: DB, orders: ORDERS, ...services },
  };
}

/** Sections of a stack that signs for the services of a group. */
export function signerSections(group: object = {}, others: object = {}) {
  const shop = {
    requests: { directory: "enrollments/shop" },
    namespace: "shop",
    services: { db: { role: "server" }, orders: { role: "client" } },
    ...group,
  };
  return { serviceEnrollments: { shop, ...others } };
}

const subjectOf = (service: string) =>
  [
    ["O", "shop"],
    ["CN", service],
  ] as const;

/** Names of the Kubernetes Service of `db`. */
export const DB_NAMES = ["db", "db.shop", "db.shop.svc", "db.shop.svc.cluster.local"];

/** Creates the request of a service, for the key `p256`; `db` is a server. */
export function requestOf(service: string, options: RequestOptions = {}): string {
  const names = service === "db" ? { extensions: [makeDnsNames(...DB_NAMES)] } : {};
  return makeRequest({ subject: subjectOf(service), ...names, ...options });
}

/** Creates the certificate of a service, for the key `p256`. */
export function certificateOf(service: string, options: CertificateOptions = {}): string {
  return makeLeaf({ subject: subjectOf(service), ...options });
}

export function admissionOf(
  service: string,
  changes: Partial<ServiceAdmission> = {},
): ServiceAdmission {
  return {
    party: `service ${service}`,
    certificate: certificateOf(service),
    authorities: { g1: { state: "signing", certificate: G1 } },
    ...changes,
  };
}

/** The document that the stack of services publishes. */
export function requestsOf(...services: string[]) {
  const entries = services.map((name) => [name, { request: requestOf(name), key: "k1" }] as const);
  return { serviceRequests: { format: 1, services: Object.fromEntries(entries) } };
}

/** The document that the stack that signs publishes. @param entries such as `shop/db`. */
export function admissionsOf(...entries: string[]) {
  const services = entries.map((entry) => [
    entry,
    { certificate: certificateOf(entry.slice(entry.lastIndexOf("/") + 1)) },
  ]);
  return {
    serviceAdmissions: {
      format: 1,
      authorities: { g1: { state: "signing", certificate: G1 } },
      services: Object.fromEntries(services) as object,
    },
  };
}

/** Exports what a stack publishes to a project's folder. */
export function exportTo(
  project: Project,
  outputs: object,
  { wanted = [], to = "enrollments" }: { wanted?: readonly string[]; to?: string } = {},
) {
  return saveAll(exportsOf(outputs, "stack a/b/here", wanted, to, EXCHANGES), project.folder);
}

/** Writes the files of an admission to a folder. */
export function receive(project: Project, folder: string, admission: ServiceAdmission): void {
  for (const [file, text] of Object.entries(filesOfAdmission(admission, SERVICE_FORM)))
    project.write(`${folder}/${file}`, text);
}

/** Imports files, and returns the decisions with their reasons and warnings, without the project's folder. */
export function decisionsOf(project: Project, ...args: Parameters<Project["takeIn"]>) {
  return project
    .takeIn(...args)
    .verdicts.map(({ party, decision, reasons, warnings }) => [
      party,
      decision,
      ...[...reasons, ...warnings].map((text) => text.replaceAll(`${project.folder}/`, "")),
    ]);
}
