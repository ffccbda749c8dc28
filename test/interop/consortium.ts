import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { OutputMap } from "@pulumi/pulumi/automation";
import { consortium } from "../integration/example";
import type { TestStack } from "../integration/stack";
import { workbench } from "../integration/workbench";
import { Pod } from "./pod";

/** A certificate and its key: names of files. */
export interface Pair {
  readonly certificate: string;
  readonly key: string;
}

/** What the orchestrator's container has. */
export interface OrchestratorFiles {
  readonly pair: Pair;
  /** The CA file by which the server knows its clients, and its probe the server. */
  readonly roots: string;
  /** The variables of the container, with paths as they are here. */
  readonly environment: Readonly<Record<string, string>>;
  readonly livenessProbe: readonly string[];
}

/** What an organization's backend has. */
export interface BackendFiles {
  readonly mspId: string;
  /** The host that it dials. */
  readonly host: string;
  readonly pair: Pair;
  /** The CA file by which it knows the orchestrator. */
  readonly roots: string;
}

/** A deployed consortium as its pods see it, at one time. */
export interface Consortium {
  readonly orchestrator: OrchestratorFiles;
  /** By MSP ID. */
  readonly backends: Readonly<Record<string, BackendFiles>>;
  /** File of each CA generation's certificate alone, by the generation's name. */
  readonly generations: Readonly<Record<string, string>>;
}

/** The sections of a test stack. */
export type ConsortiumSections = ReturnType<typeof consortium>;

/** Reads everything back from the cluster into a new folder of the workbench, which goes with it. */
export async function readConsortium(name: string, sections: ConsortiumSections, outputs: OutputMap): Promise<Consortium> {
  const { directory, controlPlane } = await workbench();
  const folder = join(directory, "files", name);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const mount = (namespace: string, deployment: string) =>
    Pod.mount(controlPlane.kubeconfig, { namespace, name: deployment }, join(folder, namespace));

  const server = await mount(sections.orchestrator.namespace, "orchestrator-server");
  const backends = await Promise.all(
    Object.entries(sections.organizations).map(async ([mspId, { namespace }]) => {
      const pod = await mount(namespace, "backend-substra-backend-server");
      return [mspId, backendFiles(pod)] as const;
    }),
  );
  return {
    orchestrator: {
      pair: {
        certificate: server.environment["ORCHESTRATOR_TLS_CERT_PATH"]!,
        key: server.environment["ORCHESTRATOR_TLS_KEY_PATH"]!,
      },
      roots: server.environment["ORCHESTRATOR_TLS_SERVER_CA_CERT"]!,
      environment: server.environment,
      livenessProbe: server.livenessProbe(),
    },
    backends: Object.fromEntries(backends),
    generations: writeGenerations(folder, outputs),
  };
}

function backendFiles({ environment }: Pod): BackendFiles {
  return {
    mspId: environment["LEDGER_MSP_ID"]!,
    host: environment["ORCHESTRATOR_HOST"]!,
    pair: {
      certificate: environment["ORCHESTRATOR_TLS_CLIENT_CERT_PATH"]!,
      key: environment["ORCHESTRATOR_TLS_CLIENT_KEY_PATH"]!,
    },
    roots: environment["ORCHESTRATOR_TLS_SERVER_CACERT_PATH"]!,
  };
}

function writeGenerations(folder: string, outputs: OutputMap): Record<string, string> {
  const { authority } = outputs["certificates"]!.value as {
    readonly authority: Record<string, { readonly certificate: string }>;
  };
  return Object.fromEntries(
    Object.entries(authority).map(([generation, { certificate }]) => {
      const file = join(folder, `${generation}.crt`);
      writeFileSync(file, certificate, { mode: 0o600 });
      return [generation, file];
    }),
  );
}

/** Deploys a stack and reads it back. */
export async function deployed(
  stack: TestStack,
  name: string,
  sections: ConsortiumSections,
): Promise<Consortium> {
  await stack.configure(sections);
  return readConsortium(name, sections, await stack.up());
}
