import type { EngineEvent } from "@pulumi/pulumi/automation";

/** One resource and what an update does to it, e.g. `replace Secret orchestrator-server-pair`. */
export type Change = string;

const COUNTED = ["create", "update", "replace", "delete"];

/** Gathers from the engine's events what an update or its preview changes. */
export class ChangeLog {
  private readonly found = new Set<Change>();

  /** To be given to the Automation API. */
  readonly onEvent = ({ resourcePreEvent }: EngineEvent): void => {
    if (!resourcePreEvent) return;
    const { op, type, urn } = resourcePreEvent.metadata;
    // The steps of a replacement are counted as the one that names it.
    if (!COUNTED.includes(op)) return;
    // A component has nothing but what it says of itself.
    if (op === "update" && type.startsWith("countersign:")) return;
    this.found.add(`${op} ${lastOf(type, ":")} ${lastOf(urn, "::")}`);
  };

  /** Every change once, sorted. */
  get changes(): readonly Change[] {
    return [...this.found].sort();
  }
}

function lastOf(text: string, separator: string): string {
  return text.slice(text.lastIndexOf(separator) + separator.length);
}
