import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { NotInstalled } from "../debian";
import { DEPLOY_PATIENCE } from "./deployments";
import { need } from "./need";
import { BUILD_PATIENCE } from "./programs";
import { recipes as all } from "./recipes";
import { measure, tableOf, type Row } from "./recipes/facts";
import { Market, STRANGER } from "./recipes/market";
import { stackFile, written } from "./recipes/page";
import { newCa, reissued, type Ca } from "./recipes/pki";
import { nats } from "./recipes/nats";
import { Place } from "./recipes/place";
import type { Client, Holder, Recipe, Refused } from "./recipes/recipe";
import { refusal } from "./recipes/refusal";
import { Traffic } from "./recipes/traffic";

const PAGE = "docs/recipes/README.md";

describe("the recipes of docs/recipes, with the real servers", function () {
  this.timeout(300_000);
  /** The recipes whose servers are installed. */
  let recipes: readonly Recipe[] = [];
  let market: Market;
  /** Folders that the servers' users may enter. */
  let base: string;
  const places = new Map<Recipe, Place>();

  before(async function () {
    this.timeout(BUILD_PATIENCE);
    const found = await Promise.all(all.map(isThere));
    recipes = all.filter((_, index) => found[index]);
    base = mkdtempSync(join(tmpdir(), "countersign-recipes-"));
    chmodSync(base, 0o755);
  });
  before(async function () {
    this.timeout(DEPLOY_PATIENCE);
    market = await Market.deploy(all);
    await Promise.all(
      recipes.map(async (recipe) => {
        const files = market.filesOf(recipe.server);
        places.set(recipe, await Place.open(recipe, join(base, "deployed"), files));
      }),
    );
  });
  after(async () => {
    await Promise.all([...places.values()].map(({ running }) => running.stop()));
    rmSync(base, { recursive: true, force: true });
  });

  /** Defines the same test for each recipe. */
  function each(title: string, test: (recipe: Recipe) => void | Promise<void>): void {
    for (const recipe of all)
      it(`${recipe.name}: ${title}`, async function () {
        if (!recipes.includes(recipe)) return this.skip();
        await test(recipe);
      });
  }

  const placeOf = (recipe: Recipe) => need(places.get(recipe), recipe.name);
  const calleeOf = (recipe: Recipe) => ({
    port: placeOf(recipe).running.port,
    host: market.hostOf(recipe.server),
  });

  each("the page shows the services of the stack file", ({ name }) => {
    assert.deepEqual(parse(written(name, "yaml")), stackFile(name).services);
  });

  each("lets its client in, and knows who it is", async (recipe) => {
    const client = market.clientOf(recipe.client);
    assert.equal(await recipe.ask(calleeOf(recipe), client), recipe.sees);
  });

  it("nats: finds a user by a name besides the subject first", async function () {
    if (!recipes.includes(nats)) return this.skip();
    const answer = await nats.ask(calleeOf(nats), market.clientOf("checkout"));
    assert.equal(answer, "spiffe://market.example/checkout");
  });

  each("a client refuses the server by another name", async (recipe) => {
    const callee = { ...calleeOf(recipe), host: "elsewhere.market.svc" };
    await assert.rejects(recipe.ask(callee, market.clientOf(recipe.client)), recipe.wrongHost);
  });

  let first: Promise<Ca> | undefined;
  const strangers: Readonly<Record<Refused, (client: Holder) => Promise<Client>>> = {
    none: ({ cas }) => Promise.resolve({ cas }),
    foreign: (client) => {
      const foreign = newCa([
        ["O", "Market"],
        ["CN", "Market CA"],
      ]);
      return Promise.resolve({ ...client, certificate: reissued(client.certificate, foreign) });
    },
    expired: async (client) => {
      first ??= market.ca("g1");
      return { ...client, certificate: reissued(client.certificate, await first, 100) };
    },
    other: () => Promise.resolve(market.clientOf(STRANGER)),
  };
  const named: Readonly<Record<Refused, string>> = {
    none: "a client without a certificate",
    foreign: "its client's name from another CA",
    expired: "its client with an expired certificate",
    other: "another service of this CA",
  };
  for (const [kind, make] of Object.entries(strangers) as [Refused, typeof strangers.none][])
    describe(`meet ${named[kind]}`, () => {
      for (const recipe of all) {
        const reason = recipe.refusals[kind];
        it(`${recipe.name} ${reason ? "refuses it" : "lets it in"}`, async function () {
          if (!recipes.includes(recipe)) return this.skip();
          const stranger = await make(market.clientOf(recipe.client));
          if (!reason) {
            assert.equal(await recipe.ask(calleeOf(recipe), stranger), recipe.sees);
            return;
          }
          assert.match((await refusal(recipe, calleeOf(recipe), stranger)) ?? "it gets in", reason);
          const report = recipe.reports?.[kind];
          if (report) await placeOf(recipe).running.says(report);
        });
      }
    });

  describe("renew and rotate, while a client calls every 100 ms", () => {
    const traffics = new Map<Recipe, Traffic>();
    const digests = new Map<Recipe, string>();
    const trafficOf = (recipe: Recipe) => need(traffics.get(recipe), recipe.name);
    /** Updates all servers and clients; a failure belongs to its recipe. */
    const failures = new Map<Recipe, unknown>();
    async function update(
      first: "client" | "server",
      condition: (traffic: Traffic) => Promise<() => Promise<boolean>>,
    ): Promise<void> {
      await Promise.all(
        [...traffics].map(async ([recipe, traffic]) => {
          if (failures.has(recipe)) return;
          try {
            await traffic.update(first, await condition(traffic));
          } catch (error) {
            failures.set(recipe, error);
          }
        }),
      );
    }
    /** The condition that a server presents another certificate than now. */
    const renewed = async (traffic: Traffic) => {
      const before = await traffic.presented();
      return async () => (await traffic.presented().catch(() => before)) !== before;
    };

    before(async function () {
      this.timeout(DEPLOY_PATIENCE);
      for (const recipe of recipes) {
        traffics.set(recipe, new Traffic(placeOf(recipe), market));
        if (placeOf(recipe).running.restart)
          digests.set(recipe, await market.digestOf(recipe.server));
      }
      await market.renew();
      await update("client", renewed);

      await market.generations({ g1: "signing", g2: "trusted" });
      const [g1, g2] = [await market.ca("g1"), await market.ca("g2")];
      await update("server", (traffic) => Promise.resolve(() => traffic.accepts(g2)));
      await market.generations({ g1: "trusted", g2: "signing" });
      await update("client", renewed);
      await market.generations({ g2: "signing" });
      await update("server", (traffic) =>
        Promise.resolve(async () => !(await traffic.accepts(g1))),
      );
    });
    after(() => Promise.all([...traffics.values()].map(({ caller }) => caller.stop())));

    each("takes each change", async (recipe) => {
      if (failures.has(recipe)) throw failures.get(recipe);
      assert.equal(await recipe.ask(calleeOf(recipe), market.clientOf(recipe.client)), recipe.sees);
    });

    each("loses no call except those of its own restarts", async (recipe) => {
      const { caller, lost, rolled } = trafficOf(recipe);
      await caller.stop();
      assert.deepEqual(lost, []);
      assert.ok(caller.calls > 50, `${caller.calls} calls`);
      assert.equal(rolled, placeOf(recipe).running.restart ? 4 : 0);
      if (rolled === 0) assert.deepEqual(caller.lost, []);
    });

    each("is replaced by the stack if it does not reload", async (recipe) => {
      const before = digests.get(recipe);
      if (before !== undefined) assert.notEqual(await market.digestOf(recipe.server), before);
      const { restarts = [] } = stackFile(recipe.name).services?.[recipe.server] as {
        restarts?: string[];
      };
      assert.equal(restarts.length > 0, before !== undefined);
    });
  });

  describe("with CAs of the tests", () => {
    it(`do what the table of ${PAGE} says`, async () => {
      const rows = await Promise.all(
        recipes.map((recipe) => measure(recipe, join(base, "measured"))),
      );
      const text = readFileSync(PAGE, "utf8");
      for (const line of tableOf(rows satisfies readonly Row[]).split("\n"))
        assert.ok(text.includes(line), `${PAGE} does not have:\n${line}`);
    });
  });
});

/** Whether a recipe's server is here, or can be installed. */
async function isThere(recipe: Recipe): Promise<boolean> {
  try {
    await recipe.prepare();
    return true;
  } catch (error) {
    if (!(error instanceof NotInstalled)) throw error;
    process.stderr.write(`${recipe.name} IS NOT TESTED: ${error.message}\n`);
    return false;
  }
}
