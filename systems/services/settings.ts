import { serviceDnsNames } from "../../components/kubernetes/service-names";
import { filesOf, isStore, type FilesChoice } from "../../components/services/files";
import type { PlannedService } from "../../components/services/roll-out";
import { about } from "../../config/about";
import { CLIENT_LEAF, serverLeaf } from "../../config/consumers";
import type { Claims, Sections } from "../../config/system";
import { isIpAddress } from "../../x509";
import { services, type ServiceConfig } from "./section";

export const sections = {
  services: services.meta(
    about("Services with mutual TLS, whatever program they run, by name (docs/services.md)"),
  ),
};

/** A service with everything that is derived from its section. */
export interface ServiceSettings extends Omit<ServiceConfig, "files" | "client" | "serviceName"> {
  readonly name: string;
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
}

export function resolve(
  { services: own }: Sections<typeof sections>,
  clusterDomain: string,
): ServicesSettings | undefined {
  if (own === undefined) return undefined;
  const sorted = Object.entries(own).sort(([one], [other]) => (one < other ? -1 : 1));
  return {
    services: new Map(
      sorted.map(([name, service]) => [
        name,
        { ...settingsOf(name, service, clusterDomain), dialled: dialledBy(service, own) },
      ]),
    ),
  };
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
    files: withNames(name, own, files),
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
  { release, trust }: Pick<ServiceConfig, "release" | "trust">,
  { ca, ...keys }: ServiceConfig["files"],
): FilesChoice {
  if (release !== undefined) return { ...keys, ca };
  const { object } = filesOf({ ...keys, ca }).ca;
  const isShared =
    !isStore(ca.form) && !ca.upToRoot && ca.names === undefined && trust === undefined;
  const usual = isShared
    ? SHARED_CAS[ca.form === "directory" ? "directory" : "bundle"]
    : `${name}-ca`;
  return {
    ...keys,
    secret: keys.secret ?? `${name}-tls`,
    ca: { ...ca, name: object === "keys" ? ca.name : (ca.name ?? usual) },
  };
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
  if (ca.object === "keys" || isStore(ca.form)) return undefined;
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

export function claims({ services: all }: ServicesSettings): Claims {
  const each = [...all.values()];
  return {
    namespaces: each.map(({ name, namespace, createNamespace }) => ({
      path: ["services", name],
      namespace,
      createNamespace,
    })),
    lifetimes: each.map(({ name, certificate }) => ({
      path: ["services", name],
      hours: certificate.validityHours,
    })),
    leaves: each.flatMap(({ role, dnsNames, ipAddresses }) => [
      ...(role === "client" ? [] : [serverLeaf(dnsNames, ipAddresses)]),
      ...(role === "server" ? [] : [CLIENT_LEAF]),
    ]),
  };
}
