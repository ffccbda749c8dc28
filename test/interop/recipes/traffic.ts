import { Caller, unexplained, type Lost, type Period } from "./caller";
import { presented } from "./clients";
import type { Market } from "./market";
import { reissued, type Ca } from "./pki";
import type { Place } from "./place";
import type { Callee, Holder } from "./recipe";
import { eventually } from "./until";

/** A server and a client that calls it all the time, while the files of both are replaced. */
export class Traffic {
  readonly caller: Caller;
  /** Times at which the server was replaced. */
  private readonly rolls: Period[] = [];
  private client: Holder;

  constructor(
    private readonly place: Place,
    private readonly market: Market,
  ) {
    this.client = market.clientOf(place.recipe.client);
    this.caller = new Caller(() => place.recipe.ask(this.callee, this.client));
  }

  private get callee(): Callee {
    const { recipe, running } = this.place;
    return { port: running.port, host: this.market.hostOf(recipe.server) };
  }

  /** Calls that failed although the server was not being replaced. */
  get lost(): readonly Lost[] {
    return unexplained(this.caller.lost, this.rolls);
  }

  get rolled(): number {
    return this.rolls.length;
  }

  /**
   * Has client and server take the files that are deployed now, one after the other, while the client calls.
   *
   * @param first the one that gets its files first.
   * @param until a condition that only a server with the new files meets.
   */
  async update(first: "client" | "server", until: () => Promise<boolean>): Promise<void> {
    const steps = {
      client: () => {
        this.client = this.market.clientOf(this.place.recipe.client);
        return Promise.resolve();
      },
      server: () => this.updateServer(until),
    };
    await steps[first]();
    await this.caller.makes(3);
    await steps[first === "client" ? "server" : "client"]();
    await this.caller.makes(3);
  }

  private async updateServer(until: () => Promise<boolean>): Promise<void> {
    const { recipe, running } = this.place;
    this.place.replace(this.market.filesOf(recipe.server));
    if (running.restart) {
      const from = Date.now();
      await running.restart();
      this.rolls.push({ from, to: Date.now() });
    }
    await eventually(`${recipe.name} uses its new files`, until);
  }

  /** Returns the fingerprint of the server's certificate. */
  presented(): Promise<string> {
    return presented(this.callee, this.client, this.place.recipe.greeting);
  }

  /** Whether the server lets in the client with a certificate of this CA. */
  async accepts(ca: Ca): Promise<boolean> {
    const certificate = reissued(this.client.certificate, ca);
    return this.place.recipe.ask(this.callee, { ...this.client, certificate }).then(
      () => true,
      () => false,
    );
  }
}
