import { Checklist, type Check } from "./check";

/** A party that waits. */
export interface Waiting {
  readonly party: string;
  /** Clause that says what it does, e.g. `it waits for its certificate`. */
  readonly what: string;
  readonly reasons: readonly string[];
  readonly todo: string;
}

/** Lines about a party that waits for something: warnings, because each of them begins so. */
export function waitingChecks({ party, what, reasons, todo }: Waiting): readonly Check[] {
  const list = new Checklist(party);
  for (const reason of new Set(reasons))
    list.warn("waiting", `${what}: ${reason.replace(/\.$/, "")}.`, todo);
  return list.checks;
}
