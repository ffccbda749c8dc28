import { setTimeout as sleep } from "node:timers/promises";

const EVERY_MS = 100;

/** A period of time, in ms since 1970. */
export interface Period {
  readonly from: number;
  readonly to: number;
}

/** A call that failed. */
export interface Lost extends Period {
  readonly reason: string;
}

/** Makes a call every 100 ms, each over a new connection, and notes those that fail. */
export class Caller {
  readonly lost: Lost[] = [];
  private made = 0;
  private readonly stopping = new AbortController();
  private readonly pending = new Set<Promise<void>>();
  private readonly running: Promise<void>;

  constructor(private readonly call: () => Promise<unknown>) {
    this.running = this.run();
  }

  get calls(): number {
    return this.made;
  }

  /** Waits for some calls that begin from now on. */
  async makes(count: number): Promise<void> {
    const target = this.made + this.pending.size + count;
    while (this.made < target) await sleep(EVERY_MS);
  }

  /** Ends, after the calls under way. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
    await Promise.all(this.pending);
  }

  private async run(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      const one = this.once().finally(() => this.pending.delete(one));
      this.pending.add(one);
      await sleep(EVERY_MS);
    }
  }

  private async once(): Promise<void> {
    const from = Date.now();
    try {
      await this.call();
    } catch (error) {
      this.lost.push({ from, to: Date.now(), reason: (error as Error).message });
    }
    this.made++;
  }
}

/** Returns the lost calls that no period explains. */
export function unexplained(lost: readonly Lost[], periods: readonly Period[]): readonly Lost[] {
  return lost.filter(({ from, to }) =>
    periods.every((period) => to < period.from || from > period.to),
  );
}
