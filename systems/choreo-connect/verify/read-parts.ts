import { posix } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import type { ReleaseRef } from "../../../command/stack-outputs";
import { containerOf } from "../../../components/choreo-connect/chart";
import {
  composeFiles,
  type ComposeProject,
  type GatewayFile,
} from "../../../components/choreo-connect/gateway-files";
import { PARTS, type Part } from "../../../components/choreo-connect/party";
import {
  CA_CERTIFICATES,
  CONFIG_TOML,
  ROUTER_BUNDLE,
  SECURITY,
  OWN_ANCHOR,
  OWN_PAIR,
  TRUSTSTORE,
  type PairPaths,
} from "../../../components/choreo-connect/paths";
import { REPAIR, type Checklist } from "../../../verify/check";
import type { Cluster } from "../../../verify/cluster/api";
import { isWithin, type PodFile } from "../../../verify/cluster/pods";
import type { Consumer } from "../../../verify/pod-view";
import { readRelease } from "../../../verify/release";
import { readTrustFile, type TrustFile } from "../../../verify/trust-checks";
import type { ChoreoConnectStack, KeptMaterial } from "../outputs";
import { TODO, plannedFile, type Access } from "./surroundings";

/** Files and variables that a part of the gateway finds when it starts. */
export interface PartView {
  readonly part: Part;
  /** Files by path in its container. */
  readonly files: ReadonlyMap<string, PodFile>;
  readonly environment: ReadonlyMap<string, string>;
  /** What to do if the files are not those of the stack. */
  readonly todo: string;
  /** Paths from the adapter's configuration; undefined for the other parts, whose variables contain the paths. */
  readonly configured?: { readonly pair: PairPaths; readonly truststore: string } | undefined;
}

/** A file or a directory, at the path in a variable of the environment, or else at the image's default path. */
interface Place {
  /** Name of the variable; undefined if there is none. */
  readonly variable: string | undefined;
  readonly usual: string;
}

const certificate = (variable: string | undefined) => ({ variable, usual: OWN_PAIR.certificate });
const key = (variable: string | undefined) => ({ variable, usual: OWN_PAIR.key });
const directory = (variable: string | undefined) => ({ variable, usual: TRUSTSTORE });
const caFile = (variable: string) => ({ variable, usual: OWN_ANCHOR });

interface Places {
  readonly certificate: Place;
  readonly key: Place;
  /** CAs for all its peers, or for each of them. */
  readonly trust: Place | Partial<Readonly<Record<Part, Place>>>;
}

const PLACES: Readonly<Record<Part, Places>> = {
  router: {
    certificate: certificate("ROUTER_PUBLIC_CERT_PATH"),
    key: key("ROUTER_PRIVATE_KEY_PATH"),
    trust: {
      adapter: caFile("ADAPTER_CA_CERT_PATH"),
      enforcer: caFile("ENFORCER_CA_CERT_PATH"),
    },
  },
  enforcer: {
    certificate: certificate("ENFORCER_PUBLIC_CERT_PATH"),
    key: key("ENFORCER_PRIVATE_KEY_PATH"),
    trust: directory("TRUSTED_CA_CERTS_PATH"),
  },
  // Its variables are only for its health check.
  adapter: {
    certificate: certificate(undefined),
    key: key(undefined),
    trust: directory(undefined),
  },
};

const ALL_PLACES = Object.values(PLACES).flatMap(({ trust, ...pair }) => [
  ...Object.values(pair),
  ...("usual" in trust ? [trust] : Object.values(trust)),
]);

/** Variables that contain paths of files. */
const PATH_VARIABLES: readonly string[] = [
  ...new Set(ALL_PLACES.flatMap(({ variable }) => variable ?? [])),
];

/** Returns the path of a part's certificate or key. */
export function pathOf(view: PartView, what: "certificate" | "key"): string {
  return view.configured?.pair[what] ?? resolve(view, PLACES[view.part][what]);
}

/** A file with CAs that a part trusts for peers. */
interface PeerFile {
  readonly path: string;
  /** The file; undefined if it does not exist. */
  readonly file: TrustFile | undefined;
}

/**
 * Returns the files with CAs that a part trusts for its peers: adapter and enforcer use all files with certain
 * extensions in a directory, the router has one file for each peer.
 *
 * @param peer one of the peers. @default - all of them
 */
export function peerFiles(view: PartView, peer?: Part): PeerFile[] {
  const { trust } = PLACES[view.part];
  const paths =
    "usual" in trust
      ? certificatesIn(view, view.configured?.truststore ?? resolve(view, trust))
      : Object.entries(trust)
          .filter(([name]) => peer === undefined || name === peer)
          .map(([, place]) => resolve(view, place));
  return [...new Set(paths)].map((path) => {
    const file = view.files.get(path);
    return { path, file: file && readOnce(file, path) };
  });
}

/** Files that have been read, since reading certificates takes a while and a file is needed several times. */
const read = new WeakMap<PodFile, TrustFile>();

function readOnce(file: PodFile, path: string): TrustFile {
  const found = read.get(file) ?? readTrustFile(file, path);
  read.set(file, found);
  return found;
}

function certificatesIn({ files }: PartView, folder: string): string[] {
  return [...files.keys()].filter(
    (path) => isWithin(path, folder) && [".pem", ".crt"].includes(posix.extname(path)),
  );
}

function resolve({ environment }: PartView, { variable, usual }: Place): string {
  return (variable === undefined ? undefined : environment.get(variable)) ?? usual;
}

/** Returns what the parts of the gateway find when they start, or would find with the exported files. */
export async function readParts(
  { cluster, kept }: Access,
  whole: Checklist,
  stack: ChoreoConnectStack,
): Promise<readonly PartView[]> {
  const { target, release } = stack;
  if (target.kind === "compose") {
    whole.pass(
      "exported",
      "others run it with docker-compose: the files that `countersign choreo-connect export` writes now are checked, but not whether they are in place",
    );
    return exportedParts(stack, target.project, kept);
  }
  if (cluster !== undefined && release !== undefined) {
    return deployedParts(cluster, release, whole);
  }
  whole.fail("release", "the stack's outputs name no release of it.", REPAIR.release);
  return [];
}

const GATEWAY: Consumer = {
  mountsBelow: SECURITY,
  pathVariables: PATH_VARIABLES,
  paths: [SECURITY, CONFIG_TOML, ROUTER_BUNDLE],
};

/** Returns what the parts find in their containers in the cluster. */
async function deployedParts(
  cluster: Cluster,
  release: ReleaseRef,
  list: Checklist,
): Promise<readonly PartView[]> {
  const found = await readRelease(cluster, release, GATEWAY, list);
  const views = PARTS.flatMap((part) =>
    found
      .filter(({ container }) => container.name === containerOf(part))
      .map(({ environment, files }): PartView => {
        return { part, environment, files, todo: REPAIR.objects };
      }),
  );
  const missing = PARTS.filter((part) => !views.some((view) => view.part === part));
  if (found.length > 0 && missing.length > 0) {
    const names = missing.map(containerOf).join(", ");
    list.fail("files", `no container ${names} mounts anything below ${SECURITY}.`, REPAIR.release);
  }
  return views;
}

/**
 * Returns what the parts find if all files that are exported for the docker-compose distribution are in place.
 *
 * @param kept keys; undefined if they are not available.
 */
export function exportedParts(
  { gateway, caBundle, issued: { parts, tokenCertificate } }: ChoreoConnectStack,
  project: ComposeProject,
  kept: KeptMaterial | undefined,
): PartView[] {
  const { router = "", enforcer = "", adapter = "" } = kept?.parts ?? {};
  const files = composeFiles(gateway, {
    project,
    bundle: caBundle,
    certificates: {
      router: parts.router.certificate,
      enforcer: parts.enforcer.certificate,
      adapter: parts.adapter.certificate,
    },
    keys: { router, enforcer, adapter },
    tokens: { certificate: tokenCertificate, key: kept?.tokenSigner ?? "" },
  }).filter(({ content }) => content !== "");
  return PARTS.map((part) => {
    const folder = `docker-compose/resources/${part}/security`;
    const own = files.filter(({ path }) => path.startsWith(`${folder}/`));
    return {
      part,
      environment: environmentOf(part, files),
      files: new Map(
        own.map((file) => [inContainer(posix.relative(folder, file.path)), plannedFile(file)]),
      ),
      todo: TODO.exported,
    };
  });
}

const override = z.object({
  services: z.record(
    z.string(),
    z.object({ environment: z.record(z.string(), z.string()).default({}) }),
  ),
});

/** Returns the variables that are added to a part's. Those of the distribution contain the default paths. */
function environmentOf(part: string, files: readonly GatewayFile[]): ReadonlyMap<string, string> {
  const file = files.find(({ path }) => path.endsWith("/docker-compose.override.yaml"));
  const { services } = override.parse(parse(file?.content.toString() ?? ""));
  return new Map(Object.entries(services[part]?.environment ?? {}));
}

/** Returns a file's path in a container. The distribution mounts whole folders, and its override only the bundle. */
function inContainer(path: string): string {
  return path === CA_CERTIFICATES ? ROUTER_BUNDLE : posix.join(SECURITY, path);
}
