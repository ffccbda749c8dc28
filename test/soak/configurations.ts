import { parseDocument } from "yaml";
import type { Clone } from "../integration/clone";
import type { Chance } from "./chance";

/** Seconds in which a release must be ready: few, so that Helm soon rolls back, but enough on a busy machine. */
const TIMEOUT = 60;

const FILE = "Pulumi.dev.yaml";

/**
 * Changes to stack dev, each of which creates new certificates, Secrets and pods, or removes some: values to set, by
 * their paths.
 */
const CHANGES = {
  "another name of the server": [[["orchestrator", "dnsNames"], ["orchestrator.other.example"]]],
  "another name of org-1": [[["organizations", "MyOrg1MSP", "hostname"], "other.org-1.example"]],
  "a new generation": [[["authority", "generations", "g2"], { state: "trusted", validity: "5y" }]],
  "another organization": [
    [
      ["organizations", "MyOrg3MSP"],
      {
        namespace: "org-3",
        hostname: "substra.org-3.example",
        timeout: TIMEOUT,
        chart: { path: "charts/substra-backend" },
      },
    ],
    [
      ["orchestrator", "channels", "mychannel", "organizations"],
      ["MyOrg1MSP", "MyOrg2MSP", "MyOrg3MSP"],
    ],
  ],
} as const satisfies Readonly<Record<string, readonly (readonly [readonly string[], unknown])[]>>;

export type Change = keyof typeof CHANGES;

export const ALL = Object.keys(CHANGES) as Change[];

/** Returns the changes with one or two of them, chosen at random, added or removed. */
export function draw(chance: Chance, current: ReadonlySet<Change>): ReadonlySet<Change> {
  const next = new Set(current);
  for (const change of new Set([chance.oneOf(ALL), chance.oneOf(ALL)]))
    if (!next.delete(change)) next.add(change);
  return next;
}

/** Writes the configuration with these changes. */
export function configure(
  clone: { write(path: string, text: string): unknown },
  original: string,
  changes: ReadonlySet<Change>,
): void {
  const document = parseDocument(original);
  const set = ([section = "", ...path]: readonly string[], value: unknown) =>
    document.setIn(["config", `countersign:${section}`, ...path], document.createNode(value));
  for (const path of [
    ["orchestrator"],
    ["organizations", "MyOrg1MSP"],
    ["organizations", "MyOrg2MSP"],
  ])
    set([...path, "timeout"], TIMEOUT);
  for (const change of changes) for (const [path, value] of CHANGES[change]) set(path, value);
  clone.write(FILE, document.toString());
}

export function original(clone: Clone): string {
  return clone.read(FILE);
}
