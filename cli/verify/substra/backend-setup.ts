import { PemError, readCertificates, type Certificate } from "../../../x509";
import type { Consumer, PodView } from "../pod-view";
import { SetupFault, flag, namedFile, setting, type TextFile } from "./setup-fault";

/** Whatever talks to the orchestrator in chart substra-backend 13.0.1 to 26.15.3: server, workers, consumers of events. */
export const BACKEND: Consumer = {
  mountsBelow: "/var/substra/orchestrator/tls/",
  pathVariables: [
    "ORCHESTRATOR_TLS_SERVER_CACERT_PATH",
    "ORCHESTRATOR_TLS_CLIENT_CERT_PATH",
    "ORCHESTRATOR_TLS_CLIENT_KEY_PATH",
  ],
};

/** What a backend makes of its environment and files. */
export interface BackendSetup {
  /** Where it dials; it compares the host with the server's certificate. */
  readonly host: string;
  readonly port: string;
  /** Sent with every call. */
  readonly mspId: string;
  readonly channels: readonly string[];
  /** The CA file by which it knows the orchestrator. */
  readonly ca: TextFile;
  readonly caCertificates: readonly Certificate[];
  readonly certificate: TextFile;
  readonly key: TextFile;
}

/** @throws SetupFault where the backend could not connect at all. */
export function backendSetup(view: PodView): BackendSetup {
  for (const name of ["ORCHESTRATOR_TLS_ENABLED", "ORCHESTRATOR_MTLS_ENABLED"]) {
    if (!flag(view, name)) throw new SetupFault(`${name} is not "true".`);
  }
  const ca = namedFile(view, "ORCHESTRATOR_TLS_SERVER_CACERT_PATH");
  return {
    host: setting(view, "ORCHESTRATOR_HOST"),
    port: setting(view, "ORCHESTRATOR_PORT"),
    mspId: setting(view, "LEDGER_MSP_ID"),
    channels: channels(setting(view, "LEDGER_CHANNELS")),
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

/** The chart writes a list of maps with one channel each; older ones wrote one map. */
function channels(text: string): string[] {
  try {
    const read = JSON.parse(text) as object | object[];
    return [read].flat().flatMap((entry) => Object.keys(entry));
  } catch {
    throw new SetupFault("LEDGER_CHANNELS is not JSON.");
  }
}
