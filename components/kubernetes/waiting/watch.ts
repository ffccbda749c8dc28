import type { NamespaceObjects } from "./objects";
import { reasonsOf, type ReleasePlace } from "./reasons";
import { Told } from "./told";

/** Reads what is in a namespace. */
export interface Reader {
  read(namespace: string): Promise<NamespaceObjects>;
}

interface Watched {
  readonly release: ReleasePlace;
  readonly say: (line: string) => void;
  readonly told: Told;
  readonly begun: number;
}

/** No look is taken at what is done before; loading the client alone takes half a second. */
const FIRST_LOOK = 10_000;
const BETWEEN_LOOKS = 5_000;
/** What a look at many releases costs the API server is spread over time. */
const FOR_EACH = 250;

/** How far a component's clock may be behind the API server's. */
const SKEW = 5_000;

/**
 * Watches releases while Helm installs or upgrades them, and tells what keeps them from getting ready: Helm itself says
 * nothing until its timeout, and then removes what would show the reason. It needs the right to list pods, claims and
 * events; without it, or where no cluster answers, it tells nothing. It does not keep the process alive.
 */
export class ReleaseWatch {
  private readonly watched = new Set<Watched>();
  private reader: Promise<Reader | undefined> | undefined;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly open: () => Promise<Reader | undefined>,
    private readonly now: () => number = Date.now,
  ) {}

  /** @returns what ends it. */
  begin(release: ReleasePlace, say: (line: string) => void): () => void {
    const entry = { release, say, told: new Told(release), begun: this.now() };
    this.watched.add(entry);
    this.schedule(FIRST_LOOK);
    return () => void this.watched.delete(entry);
  }

  /** Takes a look at every release, and tells what is due. */
  async look(): Promise<void> {
    this.reader ??= this.open().catch(() => undefined);
    const reader = await this.reader;
    if (reader === undefined) this.watched.clear();
    for (const entry of [...this.watched]) {
      const found = await reader?.read(entry.release.namespace).catch(() => undefined);
      // Meanwhile it may have ended.
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
