import { posix } from "node:path";
import { parse } from "yaml";
import { ORCHESTRATOR_CONTAINER } from "../../../components/substra/chart-beliefs";
import { PemError, readCertificates, type Certificate } from "../../../x509";
import type { Consumer, PodView } from "../../../verify/pod-view";
import { SetupFault, flag, namedFile, setting, type TextFile } from "./setup-fault";

const { files, paths, flags } = ORCHESTRATOR_CONTAINER;

/** The orchestrator's container. */
export const ORCHESTRATOR: Consumer = {
  mountsBelow: files,
  pathVariables: Object.keys(paths),
  settings: Object.values(flags),
};

/** A file of CA certificates that the server trusts for one organization. */
export interface ClientCaFile extends TextFile {
  readonly certificates: readonly Certificate[];
}

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

/**
 * Reads what the server reads when it starts.
 *
 * @throws SetupFault if the server would not start.
 */
export function orchestratorSetup(view: PodView): OrchestratorSetup {
  if (!flag(view, flags.tls)) throw new SetupFault("TLS is off.");
  const mutualTls = flag(view, flags.mutualTls);
  return {
    mutualTls,
    verifyMspId: flag(view, flags.verifyMspId),
    certificate: namedFile(view, "ORCHESTRATOR_TLS_CERT_PATH"),
    key: namedFile(view, "ORCHESTRATOR_TLS_KEY_PATH"),
    serverCa: caFile(namedFile(view, "ORCHESTRATOR_TLS_SERVER_CA_CERT")),
    clientCas: mutualTls ? clientCas(view) : new Map(),
    channels: channels(view),
  };
}

/** Returns every CA certificate in the server's pool. */
export function poolOf({ serverCa, clientCas: directories }: OrchestratorSetup): Certificate[] {
  const files = [serverCa, ...[...directories.values()].flat()];
  const all = files.flatMap(({ certificates }) => certificates);
  return [...new Map(all.map((certificate) => [certificate.fingerprint, certificate])).values()];
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

function caFile(file: TextFile): ClientCaFile {
  try {
    return { ...file, certificates: readCertificates(file.text, file.origin) };
  } catch (error) {
    if (!(error instanceof PemError)) throw error;
    throw new SetupFault(error.message);
  }
}

function channels(view: PodView): ReadonlyMap<string, readonly string[]> {
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
