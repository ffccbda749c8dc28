import type { BackendFiles, OrchestratorFiles, Pair } from "./consortium";
import { Server, output, run, type Finished } from "./process";
import { goProgram, healthProbe, pythonClient } from "./programs";

/** One call of GetAllOrganizations. */
export interface Call {
  readonly address: string;
  /** Name that must be in the server's certificate. */
  readonly serverName: string;
  readonly roots: string;
  readonly certificate?: string;
  readonly key?: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
}

/** gRPC status of a call. */
export interface Outcome {
  /** Name of the code in the gRPC specification, e.g. `PERMISSION_DENIED`. */
  readonly code: string;
  readonly message: string;
}

/** Outcome of a call that reaches the service. */
export const ACCEPTED: Outcome = { code: "OK", message: "" };

/** A client of the orchestrator: makes the calls one after another. */
export type Client = (...calls: readonly Call[]) => Promise<Outcome[]>;

/** Clients that make the same calls with different TLS stacks: crypto/tls, and BoringSSL in grpcio. */
export const clients: Readonly<Record<"grpc-go" | "grpcio", Client>> = {
  "grpc-go": async (...calls) => {
    const outcomes = JSON.parse(
      await output(await goProgram("call"), [], { input: JSON.stringify(calls) }),
    ) as Outcome[];
    return outcomes.map(({ code, message }) => ({ code: specified(code), message }));
  },
  grpcio: async (...calls) => {
    const { interpreter, script } = await pythonClient();
    return JSON.parse(
      await output(interpreter, [script], { input: JSON.stringify(calls) }),
    ) as Outcome[];
  },
};

/** Converts a code from grpc-go's spelling, `PermissionDenied`, to `PERMISSION_DENIED`. */
function specified(code: string): string {
  return code.replaceAll(/(?<=[a-z])(?=[A-Z])/g, "_").toUpperCase();
}

/** Differences of a call from a backend's. */
export interface Different {
  /** Key pair; undefined for a call without a certificate. */
  readonly pair?: Pair | undefined;
  readonly serverName?: string;
  readonly roots?: string;
  /** Headers by name; an undefined one is left out. */
  readonly headers?: Readonly<Record<string, string | undefined>>;
}

/** Returns the call that a backend makes, or one that differs from it. */
export function callOf(
  backend: BackendFiles,
  { address }: { readonly address: string },
  different: Different = {},
): Call {
  const { headers, ...rest } = different;
  const { pair, ...connection } = {
    pair: backend.pair,
    serverName: backend.host,
    roots: backend.roots,
    ...rest,
  };
  return {
    address,
    ...connection,
    ...pair,
    headers: { mspid: backend.mspId, channel: "mychannel", ...headers },
  };
}

/** Starts the orchestrator's replay with the files and variables of its container. */
export async function startOrchestrator({
  environment,
}: Pick<OrchestratorFiles, "environment">): Promise<Server> {
  return Server.start(await goProgram("orchestrator"), [], /^listening (\S+)$/m, environment);
}

/** Runs the container's own liveness probe against the server. */
export async function probe(
  { livenessProbe }: OrchestratorFiles,
  { address }: Server,
): Promise<Finished> {
  const args = livenessProbe
    .slice(1)
    .map((word) => (word === "-addr=:9000" ? `-addr=${address}` : word));
  return run(await healthProbe(), args);
}

/** A question to crypto/x509. */
export interface Question {
  readonly certificate: string;
  readonly roots: string;
  readonly usage: "server" | "client";
  readonly dnsName?: string;
}

/** Verifies certificates with Go. @returns the error for each question, or an empty text. */
export async function goVerify(...questions: readonly Question[]): Promise<string[]> {
  return JSON.parse(
    await output(await goProgram("verify"), [], { input: JSON.stringify(questions) }),
  ) as string[];
}
