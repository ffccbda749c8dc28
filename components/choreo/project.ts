import { partyOf } from "./party";
import {
  usualMounts,
  usualVariables,
  type Delivery,
  type Material,
  type PerMaterial,
  type Side,
} from "./places";
import { httpsUrl, readProjectUrl, type ProjectUrl } from "./project-url";
import type { ClientMode, ClientSettings, ComponentSettings, ServerSettings } from "./settings";

/** Where a component reads one of its materials. */
export interface Place {
  /** Undefined where the variable holds the content. */
  readonly mountPath: string | undefined;
  readonly variable: string;
}

/** What a component is to those that call it. */
export interface Server {
  readonly clients: ClientMode;
  /** Undefined until it was deployed a first time. */
  readonly url: ProjectUrl | undefined;
  /** Every name in its certificate. */
  readonly dnsNames: readonly string[];
}

/** One server that a component calls. */
export interface Call {
  /** The server component. */
  readonly callee: string;
  /** The variable that holds its URL. */
  readonly variable: string;
  /** With https; undefined as long as it is not known. */
  readonly url: string | undefined;
}

/** What a component is to those that it calls. */
export interface Client {
  readonly identity: string;
  /** In the order of the callees' names. */
  readonly calls: readonly Call[];
  /** Whether any of its servers asks for its certificate. */
  readonly shows: boolean;
}

/** A component of a project: it serves, it calls, or both with one key and one certificate. */
export interface Component {
  readonly name: string;
  readonly server: Server | undefined;
  readonly client: Client | undefined;
  readonly delivery: Delivery;
  /** What it is given, and where it reads it; what it has no use for is absent. */
  readonly places: ReadonlyMap<Material, Place>;
  /** What it waits for; undefined if nothing. */
  readonly waiting: string | undefined;
}

/** The components of a project by name, in the order of their names. */
export type Components = ReadonlyMap<string, Component>;

/** One that serves has its files where the sample's server has them, whether it also calls or not. */
export function sideOf({ server }: Pick<Component, "server">): Side {
  return server ? "server" : "client";
}

/** What a component's certificate is for. */
export type Usage = "server" | "client" | "both";

/** What decides on the usage of a component's certificate. */
export interface UsageParts {
  readonly server?: object | undefined;
  readonly client?: { readonly shows: boolean } | undefined;
}

/** What a component's certificate is for; undefined if it needs none. */
export function usageOf({ server, client }: UsageParts): Usage | undefined {
  const shows = client?.shows ?? false;
  if (server) return shows ? "both" : "server";
  return shows ? "client" : undefined;
}

/** Whether a component can have its certificate: who serves, once its host is known. */
export function isCertified(component: Pick<Component, "server" | "client">): boolean {
  const { server } = component;
  return usageOf(component) !== undefined && (server === undefined || server.url !== undefined);
}

/** Says of each component what follows from the description, which `config/` has checked. */
export function componentsOf(settings: ReadonlyMap<string, ComponentSettings>): Components {
  const names = [...settings.keys()].sort();
  return new Map(names.map((name) => [name, componentOf(name, settings)]));
}

function componentOf(name: string, all: ReadonlyMap<string, ComponentSettings>): Component {
  const settings = all.get(name) ?? {};
  const server = settings.server && serverOf(settings.server);
  const client = settings.client && clientOf(settings.client, all);
  return {
    ...{ name, server, client, delivery: settings.delivery ?? "files" },
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

/** Who asks nobody for a certificate, and calls nobody, has nothing to check by a CA. */
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
): Map<Material, Place> {
  const usualMount: PerMaterial<string> = usualMounts(sideOf(parts));
  const usualVariable = usualVariables(delivery);
  return new Map(
    materialsOf(parts).map((material) => [
      material,
      {
        mountPath: delivery === "files" ? (mounts[material] ?? usualMount[material]) : undefined,
        variable: variables[material] ?? usualVariable[material],
      },
    ]),
  );
}
