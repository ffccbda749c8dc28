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

/** Makes a call every 100 ms, each over a new connection and after the one before, and notes those that fail. */
export class Caller {
  readonly lost: Lost[] = [];
  private made = 0;
  private isStopped = false;
  private readonly running: Promise<void>;

  constructor(private readonly call: () => Promise<unknown>) {
    this.running = this.run();
  }

  get calls(): number {
    return this.made;
  }

  /** Waits for some calls that begin from now on. */
  async makes(count: number): Promise<void> {
    const target = this.made + 1 + count; // one may be under way
    while (this.made < target) await sleep(EVERY_MS);
  }

  /** Ends, after the call under way. */
  async stop(): Promise<void> {
    this.isStopped = true;
    await this.running;
  }

  private async run(): Promise<void> {
    while (!this.isStopped) {
      const from = Date.now();
      try {
        await this.call();
      } catch (error) {
        this.lost.push({ from, to: Date.now(), reason: (error as Error).message });
      }
      this.made++;
      await sleep(Math.max(0, from + EVERY_MS - Date.now()));
    }
  }
}

/** Returns the lost calls that no period explains. */
export function unexplained(lost: readonly Lost[], periods: readonly Period[]): readonly Lost[] {
  return lost.filter(({ from, to }) =>
    periods.every((period) => to < period.from || from > period.to),
  );
}
