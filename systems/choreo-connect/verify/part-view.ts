import { posix } from "node:path";
import type { Part } from "../../../components/choreo-connect/party";
import {
  OWN_ANCHOR,
  OWN_PAIR,
  TRUSTSTORE,
  type PairPaths,
} from "../../../components/choreo-connect/paths";
import { isWithin, type PodFile } from "../../../verify/cluster/pods";
import { readTrustFile, type TrustFile } from "../../../verify/trust-checks";

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
export const PATH_VARIABLES: readonly string[] = [
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
