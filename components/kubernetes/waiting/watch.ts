import type { NamespaceObjects } from "./read";
import { reasonsOf, type Reason, type ReleasePlace } from "./reasons";

/** Reads the content of a namespace. */
export interface Reader {
  read(namespace: string): Promise<NamespaceObjects>;
}

interface Watched {
  readonly release: ReleasePlace;
  readonly say: (line: string) => void;
  readonly told: Told;
  readonly begun: number;
}

/** Delay of the first look. Faster releases are not examined, as loading the client alone takes half a second. */
const FIRST_LOOK = 10_000;
const BETWEEN_LOOKS = 5_000;
/** Interval per release, which limits the load on the API server. */
const FOR_EACH = 250;

/** How far a component's clock may be behind the API server's. */
const SKEW = 5_000;

/**
 * Watches releases while Helm installs or upgrades them, and reports what keeps them from becoming ready. Helm itself
 * reports nothing until its timeout, and then removes the objects that would show the reason. It needs the right to
 * list pods, claims and events; without it, or without a cluster, it reports nothing. It does not keep the process
 * alive.
 */
export class ReleaseWatch {
  private readonly watched = new Set<Watched>();
  private reader: Promise<Reader | undefined> | undefined;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly open: () => Promise<Reader | undefined>,
    private readonly now: () => number = Date.now,
  ) {}

  /** Starts watching a release. @returns a function that ends it. */
  begin(release: ReleasePlace, say: (line: string) => void): () => void {
    const entry = { release, say, told: new Told(release), begun: this.now() };
    this.watched.add(entry);
    this.schedule(FIRST_LOOK);
    return () => void this.watched.delete(entry);
  }

  /** Examines every release, and reports what is due. */
  async look(): Promise<void> {
    this.reader ??= this.open().catch(() => undefined);
    const reader = await this.reader;
    if (reader === undefined) this.watched.clear();
    for (const entry of [...this.watched]) {
      const found = await reader?.read(entry.release.namespace).catch(() => undefined);
      // The release may have ended in the meantime.
      if (found === undefined || !this.watched.has(entry)) continue;
      const now = this.now();
      const since = found.time - (now - entry.begun) - SKEW;
      const reasons = reasonsOf(entry.release, found, since);
      for (const line of entry.told.look(reasons, now)) entry.say(line);
    }
  }

  private schedule(delay: number): void {
    if (this.timer !== undefined || this.watched.size === 0) return;
    this.timer = setTimeout(() => {
      void this.look().finally(() => {
        this.timer = undefined;
        this.schedule(Math.max(BETWEEN_LOOKS, this.watched.size * FOR_EACH));
      });
    }, delay).unref();
  }
}

/** How long a problem must last before it is reported, in milliseconds. */
const PATIENCE = 12_000;
const PATIENCE_WITH_USUAL = 40_000;

/** Number of objects that a line names. */
const NAMED = 2;

/** Reports what one release is waiting for: each reason once, if it lasts. */
class Told {
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
