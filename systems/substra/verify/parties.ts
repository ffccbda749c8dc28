import type { Certificate } from "../../../x509";
import type { Checklist } from "../../../verify/check";
import type { BackendSetup } from "./backend-setup";
import type { Caller } from "./grpc";
import type { OrchestratorSetup } from "./orchestrator-setup";

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

/** Returns the backend as a client. */
export function callerOf({ setup }: Party): Caller {
  const { certificate, key, ca, host, port } = setup;
  return {
    pair: { certificate: certificate.text, key: key.text },
    ca: ca.text,
    authority: { host, port },
  };
}

/** Returns the orchestrator's pod as a client of itself, as in its probes. */
export function probeOf({ setup }: Host, host: string): Caller {
  const { certificate, key, serverCa } = setup;
  return {
    pair: { certificate: certificate.text, key: key.text },
    ca: serverCa.text,
    authority: { host, port: "9000" },
  };
}
