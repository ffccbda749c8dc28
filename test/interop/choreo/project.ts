import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Check } from "../../../verify/check";
import { filesOf } from "../../../systems/choreo/export/export-command";
import { readChoreo } from "../../../systems/choreo/outputs";
import { saveExport } from "../../../export/save";
import { verifyChoreo } from "../../../systems/choreo/verify";
import { TestStack } from "../../integration/stack";
import type { Container } from "./programs";

/** A CA's generations: the states of those that are created, e.g. in a rotation's three steps, or existing ones. */
export type Generations = Readonly<Record<string, "signing" | "trusted" | ExistingGeneration>>;

interface ExistingGeneration {
  readonly state: "signing" | "trusted";
  readonly certificate: string;
  readonly chain: string;
  readonly key: string;
}

const calls = (identity: string, ...servers: string[]) => ({
  client: {
    identity,
    calls: Object.fromEntries(
      servers.map((name) => [name, name === "relay" ? "RELAY_URL" : "SERVER_URL"]),
    ),
  },
});
const server = (name: string, number: number, more: object = {}) => ({
  server: { projectUrl: `http://${name}-${number}:8443/${name}`, ...more },
});

/** The components, by name. */
const COMPONENTS = {
  greeter: server("greeter", 3781140846),
  relay: {
    ...server("relay", 2),
    client: { identity: "relay-service", calls: { greeter: "UPSTREAM_URL" } },
  },
  caller: calls("caller-1", "greeter", "relay"),
  "variables-greeter": { ...server("variables-greeter", 3), delivery: "environment" },
  "variables-caller": { ...calls("caller-2", "variables-greeter"), delivery: "environment" },
  "open-greeter": server("open-greeter", 4, { clients: "tls" }),
  "open-caller": calls("caller-3", "open-greeter"),
} as const;

export type ComponentName = keyof typeof COMPONENTS;

const sections = (generations: Generations) => ({
  authority: {
    subject: { commonName: "Greeters CA" },
    generations: Object.fromEntries(
      Object.entries(generations).map(([name, settings]) => [
        name,
        typeof settings === "string" ? { state: settings } : settings,
      ]),
    ),
  },
  choreo: { project: "greeters", target: { console: {} }, components: COMPONENTS },
});

/** A project that is deployed and exported. Its folders stand for the containers' file systems. */
export class ExportedProject {
  /** Checks of `countersign verify` for the last export. */
  checks: readonly Check[] = [];

  private constructor(private readonly stack: TestStack) {}

  static async create(name: string): Promise<ExportedProject> {
    return new ExportedProject(await TestStack.create(name, sections({ g1: "signing" })));
  }

  /** Deploys the project with these generations, and exports it into its own folder, as people do. */
  async export(generations: Generations): Promise<(component: ComponentName) => Container> {
    await this.stack.configure(sections(generations));
    await this.stack.up();
    const entries = Object.entries(await this.stack.outputs());
    const values = Object.fromEntries(entries.map(([key, { value }]) => [key, value as unknown]));
    const keys = values.choreoKeys as Readonly<Record<string, string>>;
    const folder = join(this.stack.directory, folderName(generations));
    const outputs = readChoreo({ origin: this.stack.name, content: values });
    this.checks = await verifyChoreo(outputs, { cluster: undefined, keys }, new Set(), new Date());
    saveExport(folder, filesOf(outputs, keys), {
      ...{ record: ".countersign-choreo.json", force: false },
    });
    return (component) => containerIn(join(folder, component));
  }
}

function folderName(generations: Generations): string {
  return Object.entries(generations)
    .map(([name, settings]) => `${name}-${typeof settings === "string" ? settings : "existing"}`)
    .join("-");
}

function containerIn(root: string): Container {
  const lines = readFileSync(join(root, "env"), "utf8").trimEnd().split("\n");
  const variables = lines.map((line) => {
    const [, name = "", text = ""] = /^(\w+)=(.*)$/.exec(line) ?? [];
    return [name, text.startsWith('"') ? (JSON.parse(text) as string) : text] as const;
  });
  return { root, variables: Object.fromEntries(variables) };
}
