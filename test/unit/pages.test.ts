import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { NOT_RUN, WALKED, blocksOf, commandsOf, isRun, pages } from "../pages";

describe("the commands of the pages", () => {
  for (const page of pages().filter((each) => commandsOf(each).length > 0))
    it(`are run by one file of tests, or there is a reason: ${page}`, () => {
      for (const [position, commands] of commandsOf(page).entries()) {
        const walks = WALKED.filter(
          (walk) => walk.page === page && (walk.blocks?.includes(position) ?? true),
        );
        const toRun = commands.filter((command) => isRun(page, command));
        assert.equal(walks.length, toRun.length > 0 ? 1 : 0, toRun.join("\n"));
      }
    });

  it("are in blocks of the language sh", () => {
    const others = pages().flatMap((page) =>
      blocksOf(page).flatMap(({ language, lines }) => (language === "" ? lines : [])),
    );
    const commands = others.filter((line) =>
      /^\s*(npx|npm|make|pulumi|countersign|kubectl) /.test(line),
    );
    assert.deepEqual(commands, []);
  });

  it("are in pages and blocks that exist", () => {
    for (const { page, blocks = [0] } of WALKED)
      for (const block of blocks) assert.ok(commandsOf(page)[block], `${page} ${block}`);
    for (const [page, commands] of Object.entries(NOT_RUN))
      for (const command of Object.keys(commands))
        assert.ok(commandsOf(page).flat().includes(command), `${page}: ${command}`);
  });

  it("are run by the test files that are listed for them", () => {
    for (const { page, by } of WALKED) {
      const text = readFileSync(`test/integration/${by}`, "utf8");
      assert.ok(text.includes(`"${page}"`), `${by} does not walk ${page}`);
    }
  });
});
