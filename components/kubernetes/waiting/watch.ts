import type { NamespaceObjects } from "./objects";
import { reasonsOf, type ReleasePlace } from "./reasons";
import { Told } from "./told";

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
