import {
  BACKEND_CONTAINERS,
  IDENTITY_VARIABLES,
  identityVariables,
} from "../../../components/substra/chart-beliefs";
import { PemError, readCertificates, type Certificate } from "../../../x509";
import type { Consumer, PodView } from "../../../verify/pod-view";
import { SetupFault, flag, namedFile, setting, type TextFile } from "./setup-fault";

const { files, paths, flags, host, port } = BACKEND_CONTAINERS;

/** Containers of a backend that connect to the orchestrator: server, workers, consumers of events. */
export const BACKEND: Consumer = {
  mountsBelow: files,
  pathVariables: Object.keys(paths),
  settings: [...Object.values(flags), host, port, ...IDENTITY_VARIABLES],
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
  for (const name of Object.values(flags)) {
    if (!flag(view, name)) throw new SetupFault(`${name} is not "true".`);
  }
  const ca = namedFile(view, "ORCHESTRATOR_TLS_SERVER_CACERT_PATH");
  const identity = identityVariables(view.chartVersion);
  return {
    host: setting(view, host),
    port: setting(view, port),
    mspId: setting(view, identity.mspId),
    channels: channels(setting(view, identity.channels), identity.channels),
    ca,
    caCertificates: readCa(ca),
    certificate: namedFile(view, "ORCHESTRATOR_TLS_CLIENT_CERT_PATH"),
    key: namedFile(view, "ORCHESTRATOR_TLS_CLIENT_KEY_PATH"),
  };
}

function readCa({ text, origin }: TextFile): Certificate[] {
  try {
    return readCertificates(text, origin);
  } catch (error) {
    if (!(error instanceof PemError)) throw error;
    throw new SetupFault(error.message);
  }
}

/** Reads the names of channels from a list of maps with one channel each. */
function channels(text: string, variable: string): string[] {
  try {
    return (JSON.parse(text) as object[]).flatMap((entry) => Object.keys(entry));
  } catch {
    throw new SetupFault(`${variable} is not JSON.`);
  }
}
