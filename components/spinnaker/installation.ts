import { serviceDnsNames } from "../kubernetes/service-names";
import { reaches, type Phase } from "./phase";
import {
  answering,
  kindOf,
  type Language,
  type ServiceName,
  type TargetKind,
} from "./service-table";

/** Settings of one service. */
export interface ServiceSettings {
  /** Host at which others call it. @default - the target's own name for it */
  readonly host?: string | undefined;
  /** Port of the service. @default - the service's usual port */
  readonly port?: number | undefined;
  /** Additional names in its certificate. @default - none */
  readonly dnsNames?: readonly string[] | undefined;
  /** Whether it shows a certificate to the services that it calls. @default true, but false for Dinghy */
  readonly clientCertificate?: boolean | undefined;
  /** Port of Gate's second listener, which always requires a certificate (kork's `default.api-port`). @default - none */
  readonly apiPort?: number | undefined;
  /** Port of a second listener with plain HTTP (kork's `default.legacy-server-port`). @default - none */
  readonly legacyPort?: number | undefined;
  /** Additional services that it calls, e.g. because of a plugin. @default - none */
  readonly calls?: readonly ServiceName[] | undefined;
  /** Whether it trusts other CAs for calls outside of Spinnaker. @default - not stated: it does not */
  readonly trustsOthers?: boolean | undefined;
}

/** Description of an installation, from which every target's configuration is derived. */
export interface InstallationArgs {
  readonly target: TargetKind;
  readonly namespace: string;
  /** The cluster's domain. @default "cluster.local" */
  readonly clusterDomain?: string;
  /** Phase of all services. */
  readonly phase: Phase;
  /** Services in another phase. @default - none */
  readonly exceptions?: ReadonlyMap<ServiceName, Phase>;
  /** The services that run. */
  readonly services: ReadonlyMap<ServiceName, ServiceSettings>;
}

/** A service with everything that follows from where and how it runs. */
export interface Service {
  readonly name: ServiceName;
  readonly language: Language;
  readonly phase: Phase;
  /** Host that callers dial; undefined if it is not stated. */
  readonly host: string | undefined;
  readonly port: number;
  /** All names that callers and probes dial. */
  readonly dnsNames: readonly string[];
  readonly clientCertificate: boolean;
  readonly apiPort: number | undefined;
  readonly legacyPort: number | undefined;
  /** The services of this installation that it calls, in alphabetical order. */
  readonly calls: readonly ServiceName[];
  /** Undefined if it is not stated. */
  readonly trustsOthers: boolean | undefined;
}

export interface Installation {
  readonly target: TargetKind;
  readonly namespace: string;
  /** Services in the order of their names. */
  readonly services: readonly Service[];
}

/** Derives the services from the description. */
export function installation(args: InstallationArgs): Installation {
  const { target, namespace } = args;
  const names = [...args.services.keys()].sort();
  return {
    target,
    namespace,
    services: names.map((name) => service(name, args)),
  };
}

/** Returns a service of an installation; undefined if it does not run. */
export function serviceNamed(
  { services }: Pick<Installation, "services">,
  name: string,
): Service | undefined {
  return services.find((each) => each.name === name);
}

function service(name: ServiceName, args: InstallationArgs): Service {
  const settings = args.services.get(name) ?? {};
  const { port, language } = kindOf(name);
  const host = settings.host ?? usualHost(name, args);
  return {
    name,
    language,
    phase: phaseOf(name, args),
    host,
    port: settings.port ?? port,
    dnsNames: dnsNamesOf(host, args, settings),
    clientCertificate: settings.clientCertificate ?? name !== "dinghy",
    apiPort: settings.apiPort,
    legacyPort: settings.legacyPort,
    calls: callsOf(name, settings, args),
    trustsOthers: settings.trustsOthers,
  };
}

/**
 * Returns the phase of a service. Browsers and load balancers, which have no certificate, use Gate's main port, so its
 * default is at most `tls`.
 */
function phaseOf(name: ServiceName, { phase, exceptions }: InstallationArgs): Phase {
  const said = exceptions?.get(name);
  if (said !== undefined) return said;
  return name === "gate" && reaches(phase, "tls") ? "tls" : phase;
}

/**
 * Returns the default host. Halyard's Services begin with `spin-` and are dialled with their namespace; those of the
 * kustomize base are dialled by name.
 */
function usualHost(name: ServiceName, { target, namespace }: InstallationArgs): string | undefined {
  if (!kindOf(name).targets.includes(target)) return undefined;
  return target === "kustomize" ? name : `spin-${name}.${namespace}`;
}

/**
 * Returns the names in a certificate: all names of the Service, whichever is dialled, and those for probes inside the
 * pod.
 */
function dnsNamesOf(
  host: string | undefined,
  { namespace, clusterDomain }: InstallationArgs,
  { dnsNames = [] }: ServiceSettings,
): string[] {
  if (host === undefined) return [...dnsNames];
  const [first = "", second, ...others] = host.split(".");
  const isService = second === undefined || (second === namespace && others.length === 0);
  const dialled = isService ? serviceDnsNames(first, namespace, clusterDomain) : [host];
  return [...new Set([...dialled, "localhost", ...dnsNames])];
}

function callsOf(
  name: ServiceName,
  { calls = [] }: ServiceSettings,
  { services }: InstallationArgs,
): ServiceName[] {
  const called = [...kindOf(name).calls, ...calls].flatMap(answering);
  return [...new Set(called)].filter((callee) => callee !== name && services.has(callee)).sort();
}

/** Returns the services that call this one. */
export function callersOf({ services }: Installation, callee: ServiceName): Service[] {
  return services.filter(({ calls }) => calls.includes(callee));
}

/** Returns the URL at which callers reach a service in its phase. */
export function baseUrl({ host, port, phase }: Service): string {
  const scheme = reaches(phase, "tls") ? "https" : "http";
  return `${scheme}://${host ?? ""}:${port}`;
}
