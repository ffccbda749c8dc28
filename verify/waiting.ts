import { Checklist, type Check } from "./check";

/** A party that waits. */
export interface Waiting {
  readonly party: string;
  /** Clause that describes the wait, e.g. `it waits for its certificate`. */
  readonly what: string;
  readonly reasons: readonly string[];
  readonly todo: string;
}

/** Returns lines about a party that waits: warnings, because every party waits at first. */
export function waitingChecks({ party, what, reasons, todo }: Waiting): readonly Check[] {
  const list = new Checklist(party);
  for (const reason of new Set(reasons))
    list.warn("waiting", `${what}: ${reason.replace(/\.$/, "")}.`, todo);
  return list.checks;
}
