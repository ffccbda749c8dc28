import { isDnsName } from "../../x509";
import {
  usualMounts,
  usualVariables,
  type Delivery,
  type Material,
  type PerMaterial,
  type Side,
} from "./places";

/** Modes of a server: it admits only clients with a certificate of the project's CA, or everybody over TLS. */
export const CLIENT_MODES = ["mutual-tls", "tls"] as const;
type ClientMode = (typeof CLIENT_MODES)[number];

interface ServerSettings {
  /** The project URL that Choreo's console shows after the first deployment. @default - not known yet */
  readonly projectUrl?: string | undefined;
  /** Names in its certificate besides the URL's host. @default - none */
  readonly dnsNames?: readonly string[] | undefined;
  /** Whether the server asks for certificates. @default "mutual-tls" */
  readonly clients?: ClientMode | undefined;
}

interface ClientSettings {
  /** CN of its certificate, by which servers recognize it; unique in the project. */
  readonly identity: string;
  /** The variable that holds a server's URL, by the server component that it calls; at least one. */
  readonly calls: Readonly<Record<string, string>>;
}

/** Settings of one component: it serves, it calls, or both. */
interface ComponentSettings {
  readonly server?: ServerSettings | undefined;
  readonly client?: ClientSettings | undefined;
  /** How materials are delivered. @default "files" */
  readonly delivery?: Delivery | undefined;
  /** Absolute mount paths. @default - those of WSO2's sample */
  readonly mounts?: Partial<PerMaterial<string | undefined>> | undefined;
  /** Names of variables. @default - those of WSO2's sample */
  readonly variables?: Partial<PerMaterial<string | undefined>> | undefined;
}

/** Location from which a component reads one of its materials. */
interface Place {
  /** Mount path of a file; undefined if the variable holds the content. */
  readonly mountPath: string | undefined;
  readonly variable: string;
}

/** A component as a server for those that call it. */
interface Server {
  readonly clients: ClientMode;
  /** Its URL; undefined until it was deployed for the first time. */
  readonly url: ProjectUrl | undefined;
  /** All DNS names in its certificate. */
  readonly dnsNames: readonly string[];
}

/** A call from a component to one server. */
interface Call {
  /** Name of the server component. */
  readonly callee: string;
  /** The variable that holds its URL. */
  readonly variable: string;
  /** The https URL; undefined until it is known. */
  readonly url: string | undefined;
}

/** A component as a client of the servers that it calls. */
interface Client {
  readonly identity: string;
  /** Calls in the order of the callees' names. */
  readonly calls: readonly Call[];
  /** Whether any of its servers asks for its certificate. */
  readonly shows: boolean;
}

/** A component of a project. It serves, it calls, or it does both with one key and one certificate. */
export interface Component {
  readonly name: string;
  readonly server: Server | undefined;
  readonly client: Client | undefined;
  readonly delivery: Delivery;
  /** The materials that it receives, and their locations; materials that it does not need are absent. */
  readonly places: Readonly<Partial<Record<Material, Place>>>;
  /** The reason why it waits; undefined if it does not. */
  readonly waiting: string | undefined;
}

/** Components of a project, in the order of their names. */
export type Components = readonly Component[];

/** Derives the components from the description, which `config/` has checked. */
export function componentsOf(settings: ReadonlyMap<string, ComponentSettings>): Components {
  const names = [...settings.keys()].sort();
  return names.map((name) => componentOf(name, settings));
}

/**
 * Returns the side of a component. One that serves has its files where the sample's server has them, whether it also
 * calls or not.
 */
export function sideOf({ server }: Pick<Component, "server">): Side {
  return server ? "server" : "client";
}

/** Usage of a component's certificate. */
export type Usage = "server" | "client" | "both";

/** The parts of a component that determine the usage of its certificate. */
interface UsageParts {
  readonly server?: object | undefined;
  readonly client?: { readonly shows: boolean } | undefined;
}

/** Returns the usage of a component's certificate; undefined if it needs none. */
export function usageOf({ server, client }: UsageParts): Usage | undefined {
  const shows = client?.shows ?? false;
  if (server) return shows ? "both" : "server";
  return shows ? "client" : undefined;
}

/** Whether a component can have its certificate. A server can once its host is known. */
export function isCertified(component: Pick<Component, "server" | "client">): boolean {
  const { server } = component;
  return usageOf(component) !== undefined && (server === undefined || server.url !== undefined);
}

/** Returns the name of a component as a party, for people. */
export function partyOf(component: string): string {
  return `Choreo ${component}`;
}

/** The section of the configuration for a component. */
export function sourceOf(component: string): string {
  return `choreo.components.${component}`;
}

/** Returns the materials that a component receives, and their locations. */
export function placesIn({ places }: Pick<Component, "places">): [Material, Place][] {
  return Object.entries(places) as [Material, Place][];
}

function componentOf(name: string, all: ReadonlyMap<string, ComponentSettings>): Component {
  const settings = all.get(name) ?? {};
  const server = settings.server && serverOf(settings.server);
  const client = settings.client && clientOf(settings.client, all);
  return {
    name,
    server,
    client,
    delivery: settings.delivery ?? "files",
    places: placesOf({ server, client }, settings),
    waiting: waitingOf(name, server, client),
  };
}

function serverOf(settings: ServerSettings): Server {
  const { clients = "mutual-tls", dnsNames = [] } = settings;
  const url = urlOf(settings);
  return { clients, url, dnsNames: [...new Set([...(url ? [url.host] : []), ...dnsNames])] };
}

function clientOf(
  { identity, calls }: ClientSettings,
  all: ReadonlyMap<string, ComponentSettings>,
): Client {
  const callees = Object.keys(calls).sort();
  const serverNamed = (callee: string) => all.get(callee)?.server ?? {};
  return {
    identity,
    calls: callees.map((callee) => {
      const url = urlOf(serverNamed(callee));
      return { callee, variable: calls[callee] ?? "", url: url && httpsUrl(url) };
    }),
    shows: callees.some((callee) => (serverNamed(callee).clients ?? "mutual-tls") === "mutual-tls"),
  };
}

function waitingOf(name: string, server?: Server, client?: Client): string | undefined {
  const own =
    server && server.url === undefined
      ? [
          `its host is known only after its first deployment: set choreo.components.${name}.server.projectUrl to the project URL that Choreo's console shows then`,
        ]
      : [];
  const missing = (client?.calls ?? []).filter(({ url }) => url === undefined);
  const parties = missing.map(({ callee }) => partyOf(callee)).join(" and ");
  const callees =
    missing.length > 0
      ? [`${parties} ${missing.length === 1 ? "has" : "have"} no project URL yet`]
      : [];
  const reasons = [...own, ...callees];
  return reasons.length === 0 ? undefined : reasons.join("; and ");
}

function urlOf({ projectUrl }: ServerSettings): ProjectUrl | undefined {
  const url = projectUrl === undefined ? undefined : readProjectUrl(projectUrl);
  return typeof url === "string" ? undefined : url;
}

/** Returns the materials of a component. One that neither asks for certificates nor calls servers needs no CAs. */
function materialsOf(parts: Pick<Component, "server" | "client">): Material[] {
  const checks = parts.client !== undefined || parts.server?.clients === "mutual-tls";
  return [
    ...(usageOf(parts) ? (["certificate", "key"] as const) : []),
    ...(checks ? (["ca"] as const) : []),
  ];
}

function placesOf(
  parts: Pick<Component, "server" | "client">,
  { delivery = "files", mounts = {}, variables = {} }: ComponentSettings,
): Component["places"] {
  const usualMount: PerMaterial<string> = usualMounts(sideOf(parts));
  const usualVariable = usualVariables(delivery);
  return Object.fromEntries(
    materialsOf(parts).map((material) => [
      material,
      {
        mountPath: delivery === "files" ? (mounts[material] ?? usualMount[material]) : undefined,
        variable: variables[material] ?? usualVariable[material],
      },
    ]),
  );
}

/** Address of a component inside its project, as Choreo's console shows it. */
interface ProjectUrl {
  readonly host: string;
  readonly port: number;
  /** Path with its leading slash; empty if there is none. */
  readonly path: string;
}

const FORM =
  /^(?<scheme>[a-z][a-z\d+.-]*):\/\/(?<host>[^/:?#@]*)(?::(?<port>\d*))?(?<path>\/[^?#]*)?$/i;

/**
 * Reads a project URL. The URL standard's parser is not used because it drops the default port of a scheme.
 *
 * @returns the URL, or the end of a sentence that says why the text is not a project URL.
 */
export function readProjectUrl(text: string): ProjectUrl | string {
  const { scheme = "", host = "", port = "", path = "" } = FORM.exec(text)?.groups ?? {};
  if (scheme === "") return "is not a URL";
  if (!/^https?$/.test(scheme)) return `has the scheme ${scheme}`;
  if (host === "") return "has no host";
  if (!isDnsName(host)) return "has a host that is not a DNS name in lower case";
  if (port === "") return "has no port";
  if (Number(port) < 1 || Number(port) > 65535) return `has the port ${port}`;
  return { host, port: Number(port), path };
}

/**
 * The URL that clients dial. The console shows http, whatever the server speaks (wso2/choreo-samples
 * docker-service-to-service-mtls, readme): the scheme is replaced, port and path stay.
 */
export function httpsUrl({ host, port, path }: ProjectUrl): string {
  return `https://${host}:${port}${path}`;
}
