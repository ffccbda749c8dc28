import type { Reason, ReleasePlace } from "./reasons";

/** How long a problem must last before it is reported, in milliseconds. */
const PATIENCE = 12_000;
const PATIENCE_WITH_USUAL = 40_000;

/** Number of objects that a line names. */
const NAMED = 2;

/** Reports what one release is waiting for: each reason once, if it lasts. */
export class Told {
  /** When each current reason was first seen. */
  private readonly since = new Map<string, number>();
  private readonly told = new Set<string>();

  constructor(private readonly release: ReleasePlace) {}

  /**
   * Updates the reasons.
   *
   * @param reasons the current reasons.
   * @param now the time in milliseconds.
   * @returns lines to report.
   */
  look(reasons: readonly Reason[], now: number): string[] {
    const keys = new Set(reasons.map(keyOf));
    for (const key of this.since.keys()) if (!keys.has(key)) this.since.delete(key);
    const groups = new Map<string, Reason[]>();
    for (const reason of reasons) {
      const key = keyOf(reason);
      const since = this.since.get(key) ?? now;
      this.since.set(key, since);
      const patience = reason.usual ? PATIENCE_WITH_USUAL : PATIENCE;
      if (now - since < patience || this.told.has(key)) continue;
      this.told.add(key);
      const alike = `${reason.kind} ${reason.state}: ${reason.message}`;
      groups.set(alike, [...(groups.get(alike) ?? []), reason]);
    }
    return [...groups.values()].map((group) => this.line(group));
  }

  private line(group: readonly Reason[]): string {
    const { name, namespace } = this.release;
    const [first] = group;
    if (!first) return "";
    const message = first.message.replace(/\.$/, "");
    return `release ${name} in ${namespace} waits: ${subject(group)}: ${message}. ${first.advice}`;
  }
}

function keyOf({ kind, name, code }: Reason): string {
  return `${kind} ${name} ${code}`;
}

/** The objects that wait, and their state. */
function subject(group: readonly Reason[]): string {
  const [{ kind, state } = { kind: "", state: "" }] = group;
  const names = group.map(({ name }) => name);
  if (names.length === 1) return `${kind} ${names.join("")} ${state}`;
  const more = names.length - NAMED;
  const listed =
    more > 0 ? `${names.slice(0, NAMED).join(", ")} and ${more} more` : names.join(" and ");
  const plural = state
    .replace(/^is /, "are ")
    .replace(/^has /, "have ")
    .replace(/^does /, "do ");
  return `${kind}s ${listed} ${plural}`;
}
