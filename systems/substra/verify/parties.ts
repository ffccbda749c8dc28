import type { Certificate } from "../../../x509";
import type { Checklist } from "../../../verify/check";
import type { BackendSetup } from "./backend-setup";
import type { Caller } from "./grpc";
import type { OrchestratorSetup } from "./orchestrator-setup";

/** The orchestrator with what it holds. */
export interface Host {
  readonly setup: OrchestratorSetup;
  readonly leaf: Certificate;
  /** The names by which its pod's probes know it. */
  readonly probes: readonly string[];
  readonly list: Checklist;
}

/** An organization with what it holds. */
export interface Party {
  readonly mspId: string;
  readonly setup: BackendSetup;
  readonly leaf: Certificate;
  readonly list: Checklist;
}

/** The backend as a client. */
export function callerOf({ setup }: Party): Caller {
  const { certificate, key, ca, host, port } = setup;
  return {
    pair: { certificate: certificate.text, key: key.text },
    ca: ca.text,
    authority: { host, port },
  };
}

/** The orchestrator's pod as a client of itself, which its probes are. */
export function probeOf({ setup }: Host, host: string): Caller {
  const { certificate, key, serverCa } = setup;
  return {
    pair: { certificate: certificate.text, key: key.text },
    ca: serverCa.text,
    authority: { host, port: "9000" },
  };
}
