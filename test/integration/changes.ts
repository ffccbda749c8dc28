import type { EngineEvent } from "@pulumi/pulumi/automation";

/** An operation of an update and its resource, e.g. `replace Secret orchestrator-server-pair`. */
export type Change = string;

const COUNTED = ["create", "update", "replace", "delete"];

/** Collects the changes of an update or its preview from the engine's events. */
export class ChangeLog {
  private readonly found = new Set<Change>();

  /** Handler for the Automation API. */
  readonly onEvent = ({ resourcePreEvent }: EngineEvent): void => {
    if (!resourcePreEvent) return;
    const { op, type, urn } = resourcePreEvent.metadata;
    // A replacement counts once, as its step `replace`.
    if (!COUNTED.includes(op)) return;
    // A component contains only the facts that it states about itself.
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
