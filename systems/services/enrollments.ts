import { z } from "zod";
import { serviceDnsNames } from "../../components/kubernetes/service-names";
import type { Role } from "../../components/pki";
import { EXACTLY_ONE, FINGERPRINT, about, code } from "../../config/about";
import {
  durationOf,
  duration,
  hostName,
  ipAddress,
  label,
  section,
  refusalsIn,
  subjectText,
} from "../../config/fields";
import {
  USUAL_ALGORITHMS,
  LEAF_HOURS,
  keyAlgorithm,
  lifetime,
  lifetimeKeys,
} from "../../config/certificate-fields";
import { path } from "../../config/paths";
import { fingerprint, sourceOr, stackName, type Source } from "../../config/stacks";
import type { Terms } from "../../enrollment/requests";
import { uri } from "./section";

const ROLES = ["server", "client", "both"] as const satisfies readonly Role[];

/** @param ifAbsent what is used if a group has no value. A service has its group's. */
const settings = (ifAbsent: { role: string; algorithms?: string; validity: string }) => ({
  namespace: label
    .optional()
    .meta(
      about("Namespace, from which the organization and the DNS names of servers follow", "shop"),
    ),
  role: z
    .enum(ROLES)
    .optional()
    .meta(about("Use of its certificate", "server", ifAbsent.role)),
  organization: subjectText
    .optional()
    .meta(about("Organization (O) that it may ask for", "Shop", "the namespace")),
  certificate: section({
    algorithms: z
      .array(keyAlgorithm)
      .min(1)
      .optional()
      .meta(about("Kinds of keys that are signed", ["ECDSA-P256"], ifAbsent.algorithms)),
    validity: duration
      .optional()
      .meta(about("Lifetime of a certificate", "60d", ifAbsent.validity)),
    renewBefore: lifetimeKeys.renewBefore,
  })
    .prefault({})
    .meta(about("The certificates that are signed")),
});

const OF_GROUP = "its group's";

const service = section({
  ...settings({ role: OF_GROUP, algorithms: OF_GROUP, validity: OF_GROUP }),
  serviceName: label
    .optional()
    .meta(about("Name of its Kubernetes Service", "orders-db", "the service's name")),
  commonName: subjectText
    .optional()
    .meta(about("Common name (CN) that it may ask for", "orders_role", "the service's name")),
  dnsNames: z
    .array(hostName)
    .default([])
    .meta(about("DNS names besides those of its Service", ["orders.example.org"])),
  ipAddresses: z
    .array(ipAddress)
    .default([])
    .meta(about("IP addresses that it may ask for", ["192.0.2.7"])),
  uris: z
    .array(uri)
    .default([])
    .meta(about("URIs that it may ask for", ["spiffe://example.org/orders"])),
  publicKey: fingerprint
    .optional()
    .meta(about("The only key that it may have", FINGERPRINT, "any new key")),
});

const requests = section({
  stack: stackName
    .optional()
    .meta(about("The stack of the services, on the same backend", "organization/countersign/shop")),
  directory: path("folder")
    .optional()
    .meta(
      about(
        "The directory with a folder for each service, which has its `request.pem`, instead of `stack`",
        "enrollments/shop",
      ),
    ),
}).transform(
  sourceOr(
    "needs the stack of the services or the directory with their requests; write either stack or directory",
  ),
);

const group = section({
  requests: requests.meta({ ...about("Source of their requests"), ...EXACTLY_ONE }),
  ...settings({ role: code("both"), validity: code(durationOf(LEAF_HOURS)) }),
  services: z
    .record(label, service)
    .refine((all) => Object.keys(all).length > 0, { error: "needs at least one service" })
    .meta({ minProperties: 1 })
    .meta(
      about("The services that get certificates, by name, with what only one of them is granted"),
    ),
}).superRefine((all, context) => {
  for (const [name, own] of Object.entries(all.services)) {
    const path = ["services", name];
    const life = isEmpty(own.certificate) ? ["certificate"] : [...path, "certificate"];
    lifetime(lifeOf(all, own), refusalsIn(context, ...life));
    if ([own.organization, all.organization, own.namespace, all.namespace].some(Boolean)) continue;
    refusalsIn(context, ...path)(
      "organization",
      "is missing: nothing tells which organization (O) it may ask for; set it, or namespace, here or for the whole group",
    );
  }
});

/** Services of other stacks that this stack's authority signs for, in groups with common settings. */
export const serviceEnrollments = z.record(label, group);

type Group = z.output<typeof group>;
type Service = z.output<typeof service>;

/** A service of another stack, with what it is granted. */
export interface ServiceEnrollment {
  /** Its name among all parties of this stack, also for people. */
  readonly party: string;
  /** Its name in its own stack. */
  readonly service: string;
  /** The group's name. */
  readonly group: string;
  readonly requests: Source;
  readonly role: Role;
  readonly terms: Terms;
  readonly validityHours: number;
  readonly renewBeforeHours: number;
  /** Path of the section that decides the lifetime. */
  readonly lifetimePath: readonly string[];
}

/** Returns the configuration key with the source of a service's request. */
export function requestsKeyOf({ group }: ServiceEnrollment): string {
  return `serviceEnrollments.${group}.requests`;
}

/** Returns the enrolled services, in the order of their groups and names. */
export function enrollmentsOf(
  groups: Readonly<Record<string, Group>>,
  clusterDomain: string,
): ServiceEnrollment[] {
  return sorted(groups).flatMap(([name, own]) =>
    sorted(own.services).map(([each, entry]) =>
      enrollmentOf(name, own, each, entry, clusterDomain),
    ),
  );
}

function enrollmentOf(
  group: string,
  common: Group,
  service: string,
  own: Service,
  clusterDomain: string,
): ServiceEnrollment {
  const path = pathOf(group, service);
  const namespace = own.namespace ?? common.namespace;
  const role = own.role ?? common.role ?? "both";
  const { serviceName = service, commonName = service, publicKey } = own;
  const named =
    namespace !== undefined && role !== "client"
      ? serviceDnsNames(serviceName, namespace, clusterDomain)
      : [];
  return {
    party: `service ${group}/${service}`,
    service,
    group,
    requests: common.requests,
    role,
    terms: {
      // `problems` refuses a service without any.
      organization: own.organization ?? common.organization ?? namespace ?? "",
      commonName,
      dnsNames: [...new Set([...named, ...own.dnsNames])],
      ipAddresses: own.ipAddresses,
      uris: own.uris,
      keyAlgorithms:
        own.certificate.algorithms ?? common.certificate.algorithms ?? USUAL_ALGORITHMS,
      ...(publicKey !== undefined && { publicKey }),
      source: path.join("."),
    },
    ...lifetime(lifeOf(common, own), () => undefined),
    lifetimePath: isEmpty(own.certificate) ? [path[0], group] : path,
  };
}

function pathOf(group: string, service: string) {
  return ["serviceEnrollments", group, "services", service] as const;
}

function lifeOf({ certificate: common }: Group, { certificate: own }: Service) {
  return {
    validity: own.validity ?? common.validity ?? LEAF_HOURS,
    renewBefore: own.renewBefore ?? common.renewBefore,
  };
}

function sorted<T>(map: Readonly<Record<string, T>>): [string, T][] {
  return Object.entries(map).sort(([one], [other]) => (one < other ? -1 : 1));
}

function isEmpty({ validity, renewBefore }: Service["certificate"]): boolean {
  return validity === undefined && renewBefore === undefined;
}
