import assert from "node:assert/strict";
import { join } from "node:path";
import { commandsOf, isRun } from "../pages";
import { run, type Person } from "./people";

/** The commands of a page, run one after the other exactly as written. */
export class Walk {
  private readonly commands: string[];

  /** @param blocks positions among the page's shell blocks. @default - all */
  constructor(
    private readonly page: string,
    blocks?: readonly number[],
  ) {
    const all = commandsOf(page);
    this.commands = all
      .filter((_, position) => blocks?.includes(position) ?? true)
      .flat()
      .filter((command) => isRun(page, command));
  }

  /**
   * Runs the next commands in one shell.
   *
   * @param beginnings the commands' first words, so that the test knows where it is on the page.
   * @param names values of the names in capitals, which a reader replaces. @default - none
   * @param hears gets their output while they run. @default - none
   * @returns what they print.
   */
  async next(
    who: Person,
    beginnings: readonly string[],
    names: Readonly<Record<string, string>> = {},
    hears?: (text: string) => void,
  ): Promise<string> {
    const commands = this.commands.splice(0, beginnings.length);
    for (const [position, beginning] of beginnings.entries())
      assert.ok(
        commands[position]?.startsWith(beginning),
        `${this.page} continues with ${commands[position] ?? "nothing"}, but the test with ${beginning}`,
      );
    const script = commands.map((command) =>
      Object.entries(names).reduce((text, [name, value]) => text.replaceAll(name, value), command),
    );
    const [, folder] = /^cd (\S+)$/.exec(script[0] ?? "") ?? [];
    if (folder !== undefined) {
      who.folder = join(who.folder, folder);
      script.shift();
    }
    return script.length === 0 ? "" : run(who, "sh", ["-ec", script.join("\n")], hears);
  }

  /** Fails if the page has more commands. */
  end(): void {
    assert.deepEqual(this.commands, [], `${this.page} has more commands`);
  }
}
