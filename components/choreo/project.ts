import { httpsUrl, readProjectUrl, type ProjectUrl } from "./project-url";
import { partyOf } from "./party";
import {
  usualMounts,
  usualVariables,
  type Delivery,
  type Material,
  type PerMaterial,
  type Role,
} from "./places";

/** Whom a server lets in: those with a certificate of the project's CA, or everybody over TLS. */
export const CLIENT_MODES = ["mutual-tls", "tls"] as const;
export type ClientMode = (typeof CLIENT_MODES)[number];

export interface ServerSettings {
  /** As Choreo's console shows it after the first deployment. @default - not known yet */
  readonly projectUrl?: string | undefined;
  /** Names in its certificate besides the URL's host. @default - none */
  readonly dnsNames?: readonly string[] | undefined;
  /** Whether it asks for certificates. @default "mutual-tls" */
  readonly clients?: ClientMode | undefined;
}

export interface ClientSettings {
  /** CN of its certificate, by which the server knows it; unique in the project. */
  readonly identity: string;
  /** The server component that it calls. */
  readonly calls: string;
  /** The variable that holds the server's URL. */
  readonly urlVariable: string;
}

/** What may be said of one component. */
export interface ComponentSettings {
  readonly server?: ServerSettings | undefined;
  readonly client?: ClientSettings | undefined;
  /** @default "files" */
  readonly delivery?: Delivery | undefined;
  /** Absolute paths. @default - those of WSO2's sample */
  readonly mounts?: Partial<PerMaterial<string | undefined>> | undefined;
  /** @default - those of WSO2's sample */
  readonly variables?: Partial<PerMaterial<string | undefined>> | undefined;
}

/** Where a component reads one of its materials. */
export interface Place {
  /** Undefined where the variable holds the content. */
  readonly mountPath: string | undefined;
  readonly variable: string;
}

interface Common {
  readonly name: string;
  readonly delivery: Delivery;
  /** What it is given, and where it reads it; what it has no use for is absent. */
  readonly places: ReadonlyMap<Material, Place>;
  /** What it waits for; undefined if nothing. */
  readonly waiting: string | undefined;
}

export interface ServerComponent extends Common {
  readonly role: "server";
  readonly clients: ClientMode;
  /** Undefined until it was deployed a first time. */
  readonly url: ProjectUrl | undefined;
  /** Every name in its certificate. */
  readonly dnsNames: readonly string[];
}

export interface ClientComponent extends Common {
  readonly role: "client";
  readonly identity: string;
  readonly calls: string;
  /** Whether its server asks for its certificate; else it has none. */
  readonly shows: boolean;
  readonly urlVariable: string;
  /** With https; undefined as long as its server's is not known. */
  readonly url: string | undefined;
}

export type Component = ServerComponent | ClientComponent;

/** The components of a project by name, in the order of their names. */
export type Components = ReadonlyMap<string, Component>;

/** Says of each component what follows from the description, which `config/` has checked. */
export function componentsOf(settings: ReadonlyMap<string, ComponentSettings>): Components {
  const names = [...settings.keys()].sort();
  return new Map(names.map((name) => [name, componentOf(name, settings)]));
}

function componentOf(name: string, all: ReadonlyMap<string, ComponentSettings>): Component {
  const settings = all.get(name) ?? {};
  const { client, delivery = "files" } = settings;
  if (client) {
    const callee = all.get(client.calls)?.server ?? {};
    const shows = (callee.clients ?? "mutual-tls") === "mutual-tls";
    const url = urlOf(callee);
    return {
      ...{ role: "client", name, delivery, shows, ...client },
      places: placesOf("client", settings, shows ? ["certificate", "key", "ca"] : ["ca"]),
      url: url && httpsUrl(url),
      waiting: url === undefined ? `${partyOf(client.calls)} has no project URL yet` : undefined,
    };
  }
  const server = settings.server ?? {};
  const clients = server.clients ?? "mutual-tls";
  const url = urlOf(server);
  return {
    ...{ role: "server", name, delivery, clients, url },
    // Without clients' certificates there is nothing to check by a CA.
    places: placesOf(
      "server",
      settings,
      clients === "mutual-tls" ? ["certificate", "key", "ca"] : ["certificate", "key"],
    ),
    dnsNames: [...new Set([...(url ? [url.host] : []), ...(server.dnsNames ?? [])])],
    waiting:
      url === undefined
        ? `its host is known only after its first deployment: set choreo.components.${name}.server.projectUrl to the project URL that Choreo's console shows then`
        : undefined,
  };
}

function urlOf({ projectUrl }: ServerSettings): ProjectUrl | undefined {
  const url = projectUrl === undefined ? undefined : readProjectUrl(projectUrl);
  return typeof url === "string" ? undefined : url;
}

function placesOf(
  role: Role,
  { delivery = "files", mounts = {}, variables = {} }: ComponentSettings,
  materials: readonly Material[],
): Map<Material, Place> {
  const [usualMount, usualVariable] = [usualMounts(role), usualVariables(delivery)];
  return new Map(
    materials.map((material) => [
      material,
      {
        mountPath: delivery === "files" ? (mounts[material] ?? usualMount[material]) : undefined,
        variable: variables[material] ?? usualVariable[material],
      },
    ]),
  );
}
