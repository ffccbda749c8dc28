import { posix } from "node:path";
import { parse } from "yaml";
import {
  BACKEND_CONTAINERS,
  IDENTITY_VARIABLES,
  ORCHESTRATOR_CONTAINER,
  identityVariables,
} from "../../../components/substra/chart-beliefs";
import type { Checklist } from "../../../verify/check";
import type { Consumer, PodView } from "../../../verify/pod-view";
import { PemError, readCertificates, type Certificate } from "../../../x509";

/** The orchestrator's container. */
export const ORCHESTRATOR: Consumer = {
  mountsBelow: ORCHESTRATOR_CONTAINER.files,
  pathVariables: Object.keys(ORCHESTRATOR_CONTAINER.paths),
  settings: Object.values(ORCHESTRATOR_CONTAINER.flags),
};

/** The server's settings, as it reads them from its environment and files. */
export interface OrchestratorSetup {
  /** Whether clients must present a certificate from a CA that it trusts. */
  readonly mutualTls: boolean;
  /** Whether clients must prove the MSP ID that they claim. */
  readonly verifyMspId: boolean;
  readonly certificate: TextFile;
  readonly key: TextFile;
  readonly serverCa: ClientCaFile;
  /** CA files by MSP ID, which is the directory's name. */
  readonly clientCas: ReadonlyMap<string, readonly ClientCaFile[]>;
  /** Members by channel. */
  readonly channels: ReadonlyMap<string, readonly string[]>;
}

/** A file of CA certificates that the server trusts for one organization. */
interface ClientCaFile extends TextFile {
  readonly certificates: readonly Certificate[];
}

/**
 * Reads what the server reads when it starts.
 *
 * @throws SetupFault if the server would not start.
 */
export function orchestratorSetup(view: PodView): OrchestratorSetup {
  const { flags } = ORCHESTRATOR_CONTAINER;
  if (!flag(view, flags.tls)) throw new SetupFault("TLS is off.");
  const mutualTls = flag(view, flags.mutualTls);
  return {
    mutualTls,
    verifyMspId: flag(view, flags.verifyMspId),
    certificate: namedFile(view, "ORCHESTRATOR_TLS_CERT_PATH"),
    key: namedFile(view, "ORCHESTRATOR_TLS_KEY_PATH"),
    serverCa: caFile(namedFile(view, "ORCHESTRATOR_TLS_SERVER_CA_CERT")),
    clientCas: mutualTls ? clientCas(view) : new Map(),
    channels: membersByChannel(view),
  };
}

/** Returns every CA certificate in the server's pool. */
export function poolOf({ serverCa, clientCas: directories }: OrchestratorSetup): Certificate[] {
  const files = [serverCa, ...[...directories.values()].flat()];
  const all = files.flatMap(({ certificates }) => certificates);
  return [...new Map(all.map((certificate) => [certificate.fingerprint, certificate])).values()];
}

/** Returns the names that the pod's probes expect in the server's certificate (flags of grpc_health_probe). */
export function probeNames({ container }: PodView): string[] {
  const commands = [
    container.livenessProbe,
    container.startupProbe,
    container.readinessProbe,
  ].flatMap((probe) => probe?.exec?.command ?? []);
  const names = commands.flatMap(
    (argument) => /^-?-tls-server-name=(.+)$/.exec(argument)?.[1] ?? [],
  );
  return [...new Set(names)];
}

/** Containers of a backend that connect to the orchestrator: server, workers, consumers of events. */
export const BACKEND: Consumer = {
  mountsBelow: BACKEND_CONTAINERS.files,
  pathVariables: Object.keys(BACKEND_CONTAINERS.paths),
  settings: [
    ...Object.values(BACKEND_CONTAINERS.flags),
    BACKEND_CONTAINERS.host,
    BACKEND_CONTAINERS.port,
    ...IDENTITY_VARIABLES,
  ],
};

/** A backend's settings and files, as it reads them. */
export interface BackendSetup {
  /** Host that it dials and compares with the server's certificate. */
  readonly host: string;
  readonly port: string;
  /** MSP ID that it sends with every call. */
  readonly mspId: string;
  readonly channels: readonly string[];
  /** CA file that it trusts for the orchestrator. */
  readonly ca: TextFile;
  readonly caCertificates: readonly Certificate[];
  readonly certificate: TextFile;
  readonly key: TextFile;
}

/** Reads a backend's settings and files. @throws SetupFault if the backend could not connect at all. */
export function backendSetup(view: PodView): BackendSetup {
  const { flags, host, port } = BACKEND_CONTAINERS;
  for (const name of Object.values(flags)) {
    if (!flag(view, name)) throw new SetupFault(`${name} is not "true".`);
  }
  const ca = namedFile(view, "ORCHESTRATOR_TLS_SERVER_CACERT_PATH");
  const identity = identityVariables(view.chartVersion);
  return {
    host: setting(view, host),
    port: setting(view, port),
    mspId: setting(view, identity.mspId),
    channels: channelNames(setting(view, identity.channels), identity.channels),
    ca,
    caCertificates: certificatesIn(ca),
    certificate: namedFile(view, "ORCHESTRATOR_TLS_CLIENT_CERT_PATH"),
    key: namedFile(view, "ORCHESTRATOR_TLS_CLIENT_KEY_PATH"),
  };
}

/** The deployed orchestrator, with its settings and files. */
export interface Host {
  readonly setup: OrchestratorSetup;
  readonly leaf: Certificate;
  /** Names that its pod's probes expect. */
  readonly probes: readonly string[];
  readonly list: Checklist;
}

/** A deployed organization, with its backend's settings and files. */
export interface Party {
  readonly mspId: string;
  readonly setup: BackendSetup;
  readonly leaf: Certificate;
  readonly list: Checklist;
}

/** Thrown if a program of Substra would not start, or not connect, with the settings and files in its pod. */
export class SetupFault extends Error {
  override readonly name = "SetupFault";
}

/** A file to which the environment refers, as the container sees it. */
interface TextFile {
  readonly path: string;
  readonly text: string;
  /** Object that it comes from, e.g. `Secret org-1/backend-client-pair-1a2b3c`. */
  readonly origin: string;
}

/** Reads the files exactly one level below the directory; the server ignores all others. */
function clientCas(view: PodView): ReadonlyMap<string, readonly ClientCaFile[]> {
  const directory = setting(view, "ORCHESTRATOR_TLS_CLIENT_CA_CERT_DIR");
  const found = new Map<string, ClientCaFile[]>();
  for (const [path, { content, origin }] of view.files) {
    const [mspId, name, ...deeper] = posix.relative(directory, path).split("/");
    if (mspId === undefined || mspId === ".." || name === undefined || deeper.length > 0) continue;
    const file = caFile({ path, origin, text: content.toString("utf8") });
    found.set(mspId, [...(found.get(mspId) ?? []), file]);
  }
  if (found.size === 0)
    throw new SetupFault(`no organization has a directory with a CA file below ${directory}.`);
  return found;
}

function membersByChannel(view: PodView): ReadonlyMap<string, readonly string[]> {
  const { text, origin } = namedFile(view, "ORCHESTRATOR_CHANNEL_CONFIG");
  let read: unknown;
  try {
    read = (parse(text, { logLevel: "error" }) as { channels?: unknown } | null)?.channels;
  } catch {
    read = undefined;
  }
  if (typeof read !== "object" || read === null) {
    throw new SetupFault(`${origin} is not YAML with a map "channels" of members by channel.`);
  }
  return new Map(
    Object.entries(read).map(([channel, members]) => [
      channel,
      Array.isArray(members) ? members.map(String) : [],
    ]),
  );
}

/** Reads the names of channels from a list of maps with one channel each. */
function channelNames(text: string, variable: string): string[] {
  try {
    return (JSON.parse(text) as object[]).flatMap((entry) => Object.keys(entry));
  } catch {
    throw new SetupFault(`${variable} is not JSON.`);
  }
}

function caFile(file: TextFile): ClientCaFile {
  return { ...file, certificates: certificatesIn(file) };
}

function certificatesIn({ text, origin }: TextFile): Certificate[] {
  try {
    return readCertificates(text, origin);
  } catch (error) {
    if (!(error instanceof PemError)) throw error;
    throw new SetupFault(error.message);
  }
}

/** Reads a flag of the environment, as Go's strconv.ParseBool and the backend's own parser do. */
function flag({ environment }: PodView, name: string): boolean {
  return /^(1|t|true)$/i.test(environment.get(name) ?? "");
}

/** Reads a variable of the environment. @throws SetupFault if it is not set. */
function setting({ environment }: PodView, name: string): string {
  const value = environment.get(name);
  if (value === undefined || value === "") throw new SetupFault(`${name} is not set.`);
  return value;
}

/** Reads a file to which a variable refers. @throws SetupFault if it does not exist. */
function namedFile(view: PodView, variable: string): TextFile {
  const path = setting(view, variable);
  const file = view.files.get(path);
  if (file === undefined) throw new SetupFault(`${path}, which ${variable} names, does not exist.`);
  return { path, text: file.content.toString("utf8"), origin: file.origin };
}
