import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { consortium } from "../integration/example";
import type { Outputs } from "../integration/outputs";
import { workbench } from "../integration/workbench";
import { need } from "./need";
import { Pod } from "./pod";

/** Files with a certificate and its key. */
export interface Pair {
  readonly certificate: string;
  readonly key: string;
}

/** Files and variables of the orchestrator's container. */
export interface OrchestratorFiles {
  readonly pair: Pair;
  /** CA file that its probe trusts for the server, and the server for clients that are not organizations. */
  readonly roots: string;
  /** Variables of the container, with paths on this machine. */
  readonly environment: Readonly<Record<string, string>>;
  /** Command of the liveness probe, with paths on this machine. */
  readonly livenessProbe: readonly string[];
}

/** Files and settings of an organization's backend. */
export interface BackendFiles {
  readonly mspId: string;
  /** Host of the orchestrator that it calls. */
  readonly host: string;
  readonly pair: Pair;
  /** CA file that it trusts for the orchestrator. */
  readonly roots: string;
}

/** Configuration sections of a test stack. */
export type ConsortiumSections = ReturnType<typeof consortium>;

/** Files of a deployed consortium, as its pods saw them at one time. It is plain data, which other processes read. */
export interface ConsortiumFiles {
  readonly orchestrator: OrchestratorFiles;
  readonly backends: readonly BackendFiles[];
  /** File with only the certificate of each CA generation, by the generation's name. */
  readonly generations: Readonly<Record<string, string>>;
}

export class Consortium {
  readonly orchestrator: OrchestratorFiles;
  readonly backends: readonly BackendFiles[];

  constructor(private readonly files: ConsortiumFiles) {
    this.orchestrator = files.orchestrator;
    this.backends = files.backends;
  }

  backend(mspId: string): BackendFiles {
    return need(
      this.backends.find((each) => each.mspId === mspId),
      `backend of ${mspId}`,
    );
  }

  /** Files of the CA generations' certificates. */
  get generations(): readonly string[] {
    return Object.values(this.files.generations);
  }

  generation(name: string): string {
    return need(this.files.generations[name], `generation ${name}`);
  }
}

/**
 * Reads everything back from the cluster into a new folder of the workbench, which is deleted with it.
 *
 * @param name name of that folder.
 * @param sections sections of the stack, as they were deployed.
 */
export async function readConsortium(
  name: string,
  sections: ConsortiumSections,
  { certificates }: Outputs,
): Promise<ConsortiumFiles> {
  const { directory, controlPlane } = await workbench();
  const folder = join(directory, "files", name);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const mount = (namespace: string, deployment: string) =>
    Pod.mount(controlPlane.kubeconfig, { namespace, name: deployment }, join(folder, namespace));
  const server = await mount(sections.orchestrator.namespace, "orchestrator-server");
  const backends = await Promise.all(
    Object.values(sections.organizations).map(({ namespace }) =>
      mount(namespace, "backend-substra-backend-server"),
    ),
  );
  return {
    orchestrator: orchestratorFiles(server),
    backends: backends.map(backendFiles),
    generations: writeGenerations(folder, certificates),
  };
}

function orchestratorFiles(pod: Pod): OrchestratorFiles {
  return {
    pair: {
      certificate: pod.variable("ORCHESTRATOR_TLS_CERT_PATH"),
      key: pod.variable("ORCHESTRATOR_TLS_KEY_PATH"),
    },
    roots: pod.variable("ORCHESTRATOR_TLS_SERVER_CA_CERT"),
    environment: pod.environment,
    livenessProbe: pod.livenessProbe,
  };
}

function backendFiles(pod: Pod): BackendFiles {
  return {
    mspId: pod.variable("MSP_ID"),
    host: pod.variable("ORCHESTRATOR_HOST"),
    pair: {
      certificate: pod.variable("ORCHESTRATOR_TLS_CLIENT_CERT_PATH"),
      key: pod.variable("ORCHESTRATOR_TLS_CLIENT_KEY_PATH"),
    },
    roots: pod.variable("ORCHESTRATOR_TLS_SERVER_CACERT_PATH"),
  };
}

function writeGenerations(
  folder: string,
  { authority }: Outputs["certificates"],
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(authority).map(([generation, { certificate }]) => {
      const file = join(folder, `${generation}.crt`);
      writeFileSync(file, certificate, { mode: 0o600 });
      return [generation, file];
    }),
  );
}
