import { join } from "node:path";
import type { PairPaths } from "../../../components/choreo-connect/paths";
import { need } from "../need";
import { Server, output } from "../process";
import type { Container } from "./containers";
import type { Cluster } from "./envoy-config";
import { JAVA_OPTIONS, builtJava } from "../java/maven";
import { builtGo } from "./programs";

const LISTENING = /^listening on (.+)$/m;

/** Several servers in one process, one per container. */
export class Servers {
  private constructor(private readonly server: Server) {}

  static async start(
    file: string,
    args: readonly string[],
    containers: Readonly<Record<string, Container>>,
  ): Promise<Servers> {
    const named = Object.entries(containers).map(([name, { root }]) => `${name}=${root}`);
    return new Servers(await Server.start(file, [...args, "serve", ...named], LISTENING));
  }

  addressOf(name: string): string {
    const all = this.server.address.split(" ").map((each) => each.split("="));
    return need(all.find(([each]) => each === name)?.[1], `server ${name}`);
  }

  hasSaid(pattern: RegExp): Promise<void> {
    return this.server.hasSaid(pattern);
  }
}

/** Starts the adapter of each container. */
export async function startAdapters(
  containers: Readonly<Record<string, Container>>,
): Promise<Servers> {
  return Servers.start(await adapter(), [], containers);
}

/** An adapter's configuration for an API project. */
export interface Configured {
  /** The cluster, with paths in the router's container. */
  readonly cluster: Cluster;
  /** Problems that the adapter logs. */
  readonly problems: readonly string[];
}

/** @returns the configurations that a container's adapter creates for the projects in it, by their names. */
export async function configure({
  root,
}: Container): Promise<Readonly<Record<string, Configured>>> {
  const made = await output(await adapter(), ["configure", root]);
  return JSON.parse(made) as Record<string, Configured>;
}

/** Returns the pair with which an enforcer signs tokens, as its adapter tells it. */
export async function signingPair({ root }: Container): Promise<PairPaths> {
  const told = JSON.parse(await output(await adapter(), ["tokens", root])) as {
    PrivateKeyPath: string;
    PublicCertificatePath: string;
  };
  return { certificate: told.PublicCertificatePath, key: told.PrivateKeyPath };
}

/** Starts the enforcer of each container. */
export async function startEnforcers(
  containers: Readonly<Record<string, Container>>,
): Promise<Servers> {
  return Servers.start("java", await enforcer(), containers);
}

/** A request to an enforcer: to start, to call an adapter, or to sign with a key and verify with a certificate. */
export type Question =
  | readonly ["start", Container]
  | readonly ["call", Container, address: string]
  | readonly ["tokens", Container, key: string, certificates: string];

/** Asks enforcers all questions at once, because starting Java is slow. */
export async function askEnforcers(questions: readonly Question[]): Promise<string[]> {
  const lines = questions.map(
    ([what, { root }, ...rest]) => `${[what, root, ...rest].join("\t")}\n`,
  );
  const answers = await output("java", [...(await enforcer()), "ask"], { input: lines.join("") });
  return answers.trimEnd().split("\n");
}

/** Builds both stand-ins, for `before` hooks. */
export async function buildStandIns(): Promise<void> {
  await Promise.all([adapter(), enforcer()]);
}

function adapter(): Promise<string> {
  return (adapterProgram ??= builtGo("choreo-adapter", join(__dirname, "go-adapter"), "adapter"));
}
let adapterProgram: Promise<string> | undefined;

async function enforcer(): Promise<readonly string[]> {
  classPath ??= builtJava("choreo-enforcer", join(__dirname, "java-enforcer"));
  return [...JAVA_OPTIONS, "-cp", await classPath, "countersign.Enforcer"];
}
let classPath: Promise<string> | undefined;
