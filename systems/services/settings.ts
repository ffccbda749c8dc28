import { serviceDnsNames } from "../../components/kubernetes/service-names";
import type { PlannedService } from "../../components/services/client-policy";
import { filesOf, isStore, type FilesChoice } from "../../components/services/files";
import { about } from "../../config/about";
import { CLIENT_LEAF, serverLeaf, type Claims, type Sections } from "../../config/system";
import { isIpAddress } from "../../x509";
import { enrollmentsOf, serviceEnrollments, type ServiceEnrollment } from "./enrollments";
import { services, type ServiceConfig } from "./section";
import { issuanceOf, servicesSignedBy, type Issuance } from "./signed-by";

export const sections = {
  services: services.meta(
    about("Services with mutual TLS, whatever program they run, by name (docs/services.md)"),
  ),
  servicesSignedBy: servicesSignedBy.meta(
    about(
      "Another stack that signs the certificates of all services",
      undefined,
      "this stack's authority",
    ),
  ),
  serviceEnrollments: serviceEnrollments.meta(
    about(
      "Services of other stacks, which this stack signs for, in groups (docs/services-in-several-stacks.md)",
    ),
  ),
};

/** A service with everything that is derived from its section. */
export interface ServiceSettings extends Omit<
  ServiceConfig,
  "files" | "client" | "serviceName" | "signedBy"
> {
  readonly name: string;
  readonly issuance: Issuance;
  readonly organization: string;
  readonly commonName: string;
  /** All DNS names in its certificate. */
  readonly dnsNames: readonly string[];
  /** All IP addresses in its certificate. */
  readonly ipAddresses: readonly string[];
  readonly role: "server" | "client" | "both";
  /** Hosts that it calls, by the callee's name. */
  readonly dialled: Readonly<Record<string, string>>;
  /** Host by which others call it; undefined if it is no server. */
  readonly host: string | undefined;
  readonly files: FilesChoice;
  readonly storePassword: string | undefined;
  readonly upToRoot: boolean;
}

export interface ServicesSettings {
  /** In the order of their names. */
  readonly services: ReadonlyMap<string, ServiceSettings>;
  /** Services of other stacks for which this one signs. */
  readonly enrollments: readonly ServiceEnrollment[];
}

export function resolve(
  {
    services: own = {},
    servicesSignedBy: signer,
    serviceEnrollments: groups = {},
  }: Sections<typeof sections>,
  clusterDomain: string,
): ServicesSettings | undefined {
  const enrollments = enrollmentsOf(groups, clusterDomain);
  const isEmpty = Object.keys(own).length === 0 && enrollments.length === 0;
  if (isEmpty && signer === undefined) return undefined;
  const sorted = Object.entries(own).sort(([one], [other]) => (one < other ? -1 : 1));
  return {
    services: new Map(
      sorted.map(([name, service]) => [
        name,
        {
          ...settingsOf(name, service, issuanceOf(name, service.signedBy, signer), clusterDomain),
          dialled: dialledBy(service, own),
        },
      ]),
    ),
    enrollments,
  };
}

/** Returns the services that share a signer and trust: what one of them trusts at first use, all do. */
export function sharingTrust(all: readonly ServiceSettings[]): ServiceSettings[] {
  return all.filter(({ issuance }) => issuance.kind === "elsewhere" && issuance.isShared);
}

/** Returns the hosts that a service calls. `problems` refuses a call without one. */
function dialledBy(
  { calls }: ServiceConfig,
  all: Readonly<Record<string, ServiceConfig>>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(calls).map(([callee, { host }]) => {
      const found = all[callee];
      return [callee, host ?? (found && hostOf(callee, found)) ?? ""];
    }),
  );
}

/** Returns the host by which others call a server. */
function hostOf(
  name: string,
  { server, serviceName = name, namespace }: ServiceConfig,
): string | undefined {
  return server && (server.host ?? `${serviceName}.${namespace}.svc`);
}

function settingsOf(
  name: string,
  section: ServiceConfig,
  issuance: Issuance,
  clusterDomain: string,
): Omit<ServiceSettings, "dialled"> {
  const { client, serviceName = name, files, ...own } = section;
  const { server, certificate, namespace } = own;
  const isClient = client ?? (server === undefined || Object.keys(own.calls).length > 0);
  const host = hostOf(name, section);
  const named = server ? serviceDnsNames(serviceName, namespace, clusterDomain) : [];
  const dialled = server?.host === undefined ? [] : [server.host];
  return {
    ...own,
    name,
    issuance,
    organization: certificate.organization ?? namespace,
    commonName: certificate.commonName ?? name,
    dnsNames: distinct([
      ...named,
      ...dialled.filter((each) => !isIpAddress(each)),
      ...certificate.dnsNames,
    ]),
    ipAddresses: distinct([...dialled.filter(isIpAddress), ...certificate.ipAddresses]),
    role: server ? (isClient ? "both" : "server") : "client",
    host,
    files: withNames(name, { ...own, issuance }, files),
    storePassword: files.storePassword,
    upToRoot: files.ca.upToRoot,
  };
}

/**
 * Gives objects exact names, by which others mount them. With a release of this stack, Pulumi generates the names:
 * they change with the content, which rolls the release.
 */
function withNames(
  name: string,
  { release, trust, issuance }: Pick<ServiceSettings, "release" | "trust" | "issuance">,
  { ca, ...keys }: ServiceConfig["files"],
): FilesChoice {
  if (release !== undefined) return { ...keys, ca };
  const { object } = filesOf({ ...keys, ca }).ca;
  const isShared =
    !isStore(ca.form) &&
    !ca.upToRoot &&
    ca.names === undefined &&
    trust === undefined &&
    trustsLikeOthers(issuance);
  const usual = isShared
    ? SHARED_CAS[ca.form === "directory" ? "directory" : "bundle"]
    : `${name}-ca`;
  return {
    ...keys,
    secret: keys.secret ?? `${name}-tls`,
    ca: { ...ca, name: object === "keys" ? ca.name : (ca.name ?? usual) },
  };
}

/** Whether a service trusts the CAs that all services trust, unless they say otherwise. */
export function trustsLikeOthers(issuance: Issuance): boolean {
  return issuance.kind === "here" || issuance.isShared;
}

/** Usual names of the objects that the services of a namespace share. */
const SHARED_CAS = { bundle: "services-ca", directory: "services-ca-directory" } as const;

/** An object with CAs that several services of a namespace can share. */
interface SharedCaObject {
  /** Name of its resource, the same for all that share it. */
  readonly resource: string;
  /** Equal for services that can share it. */
  readonly content: string;
}

/** Returns the object with the CAs of a service; undefined if no other service can share it. */
export function sharedCasOf(settings: ServiceSettings): SharedCaObject | undefined {
  const { namespace, trust = {}, upToRoot } = settings;
  const { ca } = filesOf(settings.files);
  if (ca.object === "keys" || isStore(ca.form) || !trustsLikeOthers(settings.issuance))
    return undefined;
  const isUsual =
    Object.keys(trust).length === 0 && !upToRoot && settings.files.ca?.names === undefined;
  // Without an exact name, only what all services have is shared: the resource must not depend on who is the first.
  if (ca.name === undefined && !isUsual) return undefined;
  return {
    resource: `services-${namespace}-${ca.name ?? `${ca.form}-${ca.object.toLowerCase()}`}`,
    content: JSON.stringify([ca, Object.values(trust).sort(), upToRoot]),
  };
}

function distinct(names: readonly string[]): string[] {
  return [...new Set(names)];
}

/** Returns the services as the rules for steps see them. */
export function plannedServices({ services: all }: ServicesSettings): PlannedService[] {
  return [...all.values()].map(({ name, server, role, calls }) => ({
    name,
    clients: server?.clients,
    presents: role !== "server",
    calls: calledHere({ calls }),
  }));
}

/** Returns the services of this stack that a service calls. */
export function calledHere({ calls }: Pick<ServiceSettings, "calls">): string[] {
  return Object.keys(calls).filter((callee) => calls[callee]?.elsewhere !== true);
}

export function claims({ services: all, enrollments }: ServicesSettings): Claims {
  const each = [...all.values()];
  const here = each.filter(({ issuance }) => issuance.kind === "here");
  return {
    namespaces: each.map(({ name, namespace, createNamespace }) => ({
      path: ["services", name],
      namespace,
      createNamespace,
    })),
    lifetimes: [
      ...here.map(({ name, certificate }) => ({
        path: ["services", name],
        hours: certificate.validityHours,
      })),
      ...enrollments.map(({ lifetimePath: path, validityHours: hours }) => ({ path, hours })),
    ],
    leaves: [
      ...here,
      ...enrollments.map(({ role, terms: { dnsNames = [], ipAddresses = [] } }) => ({
        role,
        dnsNames,
        ipAddresses,
      })),
    ].flatMap(({ role, dnsNames, ipAddresses }) => [
      ...(role === "client" ? [] : [serverLeaf(dnsNames, ipAddresses)]),
      ...(role === "server" ? [] : [CLIENT_LEAF]),
    ]),
  };
}
