import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { withStandIns } from "../../stand-ins";
import type { Run } from "../mock-engine";
import { find, treeOf } from "../tree";
import { reveal } from "../wire";

const EXAMPLES = "examples/choreo-connect";

/** Sections of a stack. */
export interface Sections {
  readonly authority: object;
  readonly choreoConnect: {
    readonly target: object;
    readonly backends: Readonly<Record<string, object>>;
    readonly apis: Readonly<Record<string, readonly string[]>>;
  };
}

/** Sections of one of the example's stacks, with paths relative to this folder. */
export function example(stack: "kubernetes" | "compose"): Sections {
  const text = readFileSync(join(EXAMPLES, `Pulumi.${stack}.yaml`), "utf8");
  const { config } = parse(withStandIns(text, "charts")) as {
    config: Readonly<Record<string, unknown>>;
  };
  const sections = Object.entries(config).map(([key, value]) => [key.split(":")[1], value]);
  return Object.fromEntries(sections) as Sections;
}

/** The same sections with two generations of the CA. */
export function withGenerations(sections: Sections): Sections {
  const generations = { g1: { state: "trusted" }, g2: { state: "signing" } };
  return { ...sections, authority: { ...sections.authority, generations } };
}

/** The same sections with more settings for some backends. */
export function withBackends(
  { authority, choreoConnect }: Sections,
  more: Readonly<Record<string, object>>,
): Sections {
  const backends = Object.entries({ ...more, ...choreoConnect.backends }).map(([name, own]) => [
    name,
    { ...own, ...more[name] },
  ]);
  return {
    authority,
    choreoConnect: {
      ...choreoConnect,
      backends: Object.fromEntries(backends) as Readonly<Record<string, object>>,
    },
  };
}

/** The stack's outputs, with secrets in plain text. */
export function outputsOf({ outputs, resources }: Run<unknown>): Readonly<Record<string, unknown>> {
  return reveal(outputs.get(find(resources, "countersign-test").urn)) as Readonly<
    Record<string, unknown>
  >;
}

/** Texts in a Secret that is not encoded. */
export function textsIn({ resources }: Run<unknown>, name: string): Record<string, string> {
  const { stringData } = reveal(find(resources, name, "v1:Secret").inputs) as {
    stringData: Record<string, string>;
  };
  return stringData;
}

/** A pair in the tree of resources, with its Secret if there is one. */
export function pairTree(name: string, hasSecret = false): string[] {
  const pair = `choreo-connect-${name}`;
  return [
    `  countersign:choreo-connect:Pair ${pair}`,
    ...(hasSecret ? [`    kubernetes:core/v1:Secret ${pair}-keys`] : []),
    `    tls:index/locallySignedCert:LocallySignedCert ${pair}-certificate`,
    `    tls:index/privateKey:PrivateKey ${pair}-key`,
  ];
}

/** The component's own part of the tree of resources. */
export function ownTree({ resources }: Run<unknown>): string[] {
  const lines = treeOf(resources).map((line) => line.slice(2));
  const first = lines.findIndex((line) => line.startsWith("countersign:choreo-connect"));
  const next = lines.findIndex((line, position) => position > first && /^\S/.test(line));
  return lines.slice(first, next);
}
