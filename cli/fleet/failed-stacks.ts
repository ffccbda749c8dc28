import { join } from "node:path";
import { concurrently } from "../../command/concurrently";
import { messageOf } from "../../command/failure";
import { compare, earlierConfig, likenessOf, mostAlike } from "./comparison";
import type { ComparedValue, EarlierConfig } from "./comparison";
import { readYaml } from "./stack-file";
import { stackFilePath, stackIn, type StackFolder } from "./stack-folder";
import { chartsIn, configIn, generalized } from "./stack-values";
import type { Stacks } from "./stacks";

/** What differs between a stack that failed and what held before. The order of the fields is that of `--json`. */
export interface Comparison {
  /** The stack of its kind that held last. @default - there is none */
  readonly lastGood?: {
    readonly stack: string;
    readonly values: readonly ComparedValue[];
    /** Keys whose values differ between stacks that hold, too. */
    readonly usual: readonly string[];
    /** Charts of the other stack, with the versions that it has deployed. */
    readonly charts: readonly string[];
  };
  /** Its own configuration before the last change. @default - it was never deployed with another one */
  readonly before?: EarlierConfig;
}

/** Largest number of failed stacks that are compared: each takes two commands of Pulumi. */
const MOST_COMPARED = 5;
const AT_A_TIME = 2;

/** Comparisons of stacks that failed with stacks that held. */
export class FailedStacks {
  constructor(
    private readonly folder: StackFolder,
    private readonly stacks: Pick<Stacks, "history" | "state">,
    /** Names of the stacks that held, the last one at the end. */
    private readonly held: readonly string[],
  ) {}

  /**
   * Compares stacks that failed.
   *
   * @returns by name; for a stack that cannot be compared, the reason.
   */
  async compare(failed: readonly string[]): Promise<ReadonlyMap<string, Comparison | string>> {
    const compared = failed.slice(0, MOST_COMPARED);
    const results = await concurrently(compared, AT_A_TIME, (name) =>
      this.compareOne(name).catch((error: unknown) => messageOf(error)),
    );
    return new Map(compared.map((name, position) => [name, results[position] ?? {}]));
  }

  private async compareOne(name: string): Promise<Comparison> {
    const config = this.configOf(name);
    const project = readYaml(join(this.folder.directory, "Pulumi.yaml"));
    const history = await this.stacks.history(name);
    const before = earlierConfig(history, config, Object.keys(configIn(project)));
    const others = this.held.filter((other) => other !== name);
    const good = mostAlike(config, new Map(others.map((other) => [other, this.configOf(other)])));
    return {
      ...(good !== undefined && { lastGood: await this.compareWith(good, name) }),
      ...(before && { before }),
    };
  }

  private async compareWith(good: string, name: string) {
    const [here, there] = await Promise.all([this.profileOf(name), this.profileOf(good)]);
    const differing = this.differingAmong(good);
    const all = compare(here, there);
    return {
      stack: good,
      charts: Object.entries(there.charts).map(([chart, version]) => `${chart} ${version}`),
      values: all.filter(({ key }) => !differing.has(key)),
      usual: all.map(({ key }) => key).filter((key) => differing.has(key)),
    };
  }

  /** Returns the keys in which a stack that holds differs from others of its kind that hold. */
  private differingAmong(good: string): ReadonlySet<string> {
    const config = this.configOf(good);
    const likest = this.held.filter((name) => likenessOf(this.configOf(name), config) === 1);
    return new Set(
      likest.flatMap((name) =>
        compare(this.generalOf(name), this.generalOf(good)).map(({ key }) => key),
      ),
    );
  }

  /** Returns the configuration and charts of a stack, without its own names. */
  private async profileOf(name: string) {
    return { ...this.generalOf(name), charts: chartsIn(await this.stacks.state(name)) };
  }

  private generalOf(name: string) {
    return generalized(this.configOf(name), stackIn(this.folder, name));
  }

  private configOf(name: string) {
    return configIn(readYaml(stackFilePath(this.folder.directory, name)));
  }
}
