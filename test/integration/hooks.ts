import { keepProgramsWarm } from "../programs";
import { stopWorkbench, workbench } from "./workbench";

/**
 * Hooks for a single test file: `mocha --require ./test/integration/hooks.ts <file>`; test/run.ts does the same for
 * all.
 */
export const mochaHooks = {
  async beforeAll(this: Mocha.Context) {
    // If nothing is cached, this builds the tools.
    this.timeout(30 * 60_000);
    keepProgramsWarm();
    await workbench();
  },
  async afterAll(this: Mocha.Context) {
    this.timeout(300_000);
    await stopWorkbench();
  },
};
