import { join } from "node:path";
import type { PairPaths } from "../../../components/choreo-connect/paths";
import { need } from "../need";
import { Server, output } from "../process";
import type { Container } from "./containers";
import type { Cluster } from "./envoy-config";
import { JAVA_OPTIONS, builtJava } from "../java/maven";
import { builtGo } from "./programs";

const LISTENING = /^listening on (.+)$/m;

/** Several servers in one process, each of a container. */
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

/** The adapter of each container. */
export async function startAdapters(
  containers: Readonly<Record<string, Container>>,
): Promise<Servers> {
  return Servers.start(await adapter(), [], containers);
}

/** What an adapter makes of an API project. */
export interface Configured {
  /** With paths as they are in the router. */
  readonly cluster: Cluster;
  /** What it logs. */
  readonly problems: readonly string[];
}

/** @returns what a container's adapter makes of the projects in it, by their names. */
export async function configure({
  root,
}: Container): Promise<Readonly<Record<string, Configured>>> {
  const made = await output(await adapter(), ["configure", root]);
  return JSON.parse(made) as Record<string, Configured>;
}

/** With which pair an enforcer signs tokens, by what its adapter tells it. */
export async function signingPair({ root }: Container): Promise<PairPaths> {
  const told = JSON.parse(await output(await adapter(), ["tokens", root])) as {
    PrivateKeyPath: string;
    PublicCertificatePath: string;
  };
  return { certificate: told.PublicCertificatePath, key: told.PrivateKeyPath };
}

/** The enforcer of each container. */
export async function startEnforcers(
  containers: Readonly<Record<string, Container>>,
): Promise<Servers> {
  return Servers.start("java", await enforcer(), containers);
}

/** What an enforcer can be asked: to start, to call an adapter, or to sign with a key and verify by a certificate. */
export type Question =
  | readonly ["start", Container]
  | readonly ["call", Container, address: string]
  | readonly ["tokens", Container, key: string, certificates: string];

/** Asks enforcers; all at a time, because what takes long is to start Java. */
export async function askEnforcers(questions: readonly Question[]): Promise<string[]> {
  const lines = questions.map(
    ([what, { root }, ...rest]) => `${[what, root, ...rest].join("\t")}\n`,
  );
  const answers = await output("java", [...(await enforcer()), "ask"], { input: lines.join("") });
  return answers.trimEnd().split("\n");
}

/** For `before` hooks: builds both. */
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
