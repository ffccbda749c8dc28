import assert from "node:assert/strict";
import { InvalidArgumentError } from "commander";
import { CannotStart } from "../../../../cli/fleet/failure";
import { divide, parseWaves, planWaves, type Task } from "../../../../cli/fleet/run/plan";
import type { StackFile } from "../../../../cli/fleet/stack-folder";

const numbered = (count: number) => Array.from({ length: count }, (_, index) => index + 1);
const sizes = (count: number, waves: string) =>
  divide(numbered(count), parseWaves(waves)).map(({ length }) => length);

describe("the sizes of waves", () => {
  it("are numbers, percentages of all stacks, and the rest", () => {
    assert.deepEqual(sizes(50, "1,10%,rest"), [1, 5, 44]);
    assert.deepEqual(sizes(50, "rest"), [50]);
    assert.deepEqual(sizes(50, " 1, 100% "), [1, 49]);
  });

  it("keep the order of the stacks", () => {
    assert.deepEqual(divide(numbered(5), parseWaves("1,40%,rest")), [[1], [2, 3], [4, 5]]);
  });

  it("are rounded up, so that every percentage is at least one stack", () => {
    assert.deepEqual(sizes(8, "1%,26%,rest"), [1, 3, 4]);
    assert.deepEqual(sizes(9, "25%,25%,50%"), [3, 3, 3]);
  });

  it("may be larger than needed: the waves then end early", () => {
    assert.deepEqual(sizes(3, "1,99,rest"), [1, 2]);
    assert.deepEqual(sizes(3, "3,rest"), [3]);
    assert.deepEqual(sizes(1, "1,10%,rest"), [1]);
    assert.deepEqual(sizes(2, "99999999999999999999"), [2]);
  });

  it("must cover all stacks", () => {
    assert.throws(
      () => sizes(50, "1,10%"),
      new CannotStart(
        "--waves 1,10% has no wave for 44 of the 50 stacks: end it with rest (--waves 1,10%,rest), or select fewer stacks with --select",
      ),
    );
  });

  for (const part of ["0", "0%", "101%", "-1", "1.5", "01", "x", "10 %", "%", "Rest"]) {
    it(`are refused with ${part}`, () => {
      assert.throws(
        () => parseWaves(`1,${part},rest`),
        new InvalidArgumentError(
          `"${part}" is not a size: write numbers of stacks from 1, percentages from 1% to 100%, and rest at the end, as in 1,10%,rest.`,
        ),
      );
    });
  }

  it("are refused if one is empty", () => {
    for (const text of ["", " ", "1,,rest", ",1", "1,"]) {
      assert.throws(
        () => parseWaves(text),
        (error) =>
          error instanceof InvalidArgumentError && error.message.startsWith("a size is empty: "),
      );
    }
  });

  it("are refused if something comes after the rest", () => {
    assert.throws(
      () => parseWaves("rest,1"),
      new InvalidArgumentError(
        'rest takes all remaining stacks, so "1" after it would have none: put rest last.',
      ),
    );
  });
});

const stack = (
  name: string,
  signer?: string,
  takesRequestsOf: readonly string[] = [],
): StackFile => ({
  name,
  signed: signer === undefined ? [] : [{ party: name.toUpperCase(), signer, key: "k1" }],
  takesRequestsOf,
  cluster: {},
});

const plan = (stacks: readonly StackFile[], waves: string, kind: "preview" | "up" = "up") =>
  planWaves(kind, stacks, parseWaves(waves));

/** Returns "wave: id <- needed tasks (tasks that it comes after)" for each task. */
const lines = (tasks: readonly Task[]) =>
  tasks.map(({ wave, id, needs, after }) =>
    [`${wave ?? ""}:`, id, "<-", ...needs, ...after.map((each) => `(${each})`)].join(" "),
  );

describe("the plan of an up in waves", () => {
  it("verifies each wave once all of it is deployed, and begins the next one if it holds", () => {
    assert.deepEqual(lines(plan([stack("a"), stack("b"), stack("c")], "2,rest")), [
      "1: a deploy <-",
      "1: b deploy <-",
      "1: a verify <- a deploy (a deploy) (b deploy)",
      "1: b verify <- b deploy (a deploy) (b deploy)",
      "2: c deploy <- a verify b verify",
      "2: c verify <- c deploy (c deploy)",
    ]);
  });

  const consortium = stack("consortium", undefined, ["org-1", "org-2"]);
  const orgs = [stack("org-1", "consortium"), stack("org-2", "consortium")];

  it("has the request of a stack in the stack's own wave, and signs it there", () => {
    assert.deepEqual(lines(plan([...orgs, consortium], "2,rest")), [
      "1: org-1 request <-",
      "1: consortium deploy <- (org-1 request)",
      "1: org-1 deploy <- org-1 request consortium deploy",
      "1: consortium verify <- consortium deploy (consortium deploy) (org-1 deploy)",
      "1: org-1 verify <- org-1 deploy (consortium deploy) (org-1 deploy)",
      "2: org-2 request <- consortium verify org-1 verify",
      "2: consortium sign for wave 2 <- consortium verify org-1 verify (org-2 request)",
      "2: org-2 deploy <- consortium verify org-1 verify org-2 request consortium sign for wave 2",
      "2: org-2 verify <- org-2 deploy (org-2 deploy)",
    ]);
  });

  it("signs nothing again for organizations that send their requests as files", () => {
    const stacks = [stack("consortium"), ...orgs];
    assert.deepEqual(
      plan(stacks, "1,1,rest").map(({ id }) => id),
      ["consortium", "org-1", "org-2"].flatMap((name) => [`${name} deploy`, `${name} verify`]),
    );
  });

  it("follows a chain of stacks that sign for each other", () => {
    const chain = [
      stack("root", undefined, ["middle"]),
      stack("middle", "root", ["leaf"]),
      stack("leaf", "middle"),
    ];
    assert.deepEqual(
      plan(chain, "1,1,1").map(({ wave, id }) => `${wave ?? ""}: ${id}`),
      [
        "1: root deploy",
        "1: root verify",
        "2: middle request",
        "2: root sign for wave 2",
        "2: middle deploy",
        "2: middle verify",
        "3: leaf request",
        "3: middle sign for wave 3",
        "3: leaf deploy",
        "3: leaf verify",
      ],
    );
  });

  it("never touches a stack of a later wave, and names only tasks that exist", () => {
    const many = numbered(49).map((n) => stack(`org-${n}`, "consortium"));
    const all = [
      stack(
        "consortium",
        undefined,
        many.map(({ name }) => name),
      ),
      ...many,
    ];
    const tasks = plan(all, "1,10%,rest");
    const waveOf = new Map(tasks.map(({ id, wave }) => [id, wave ?? 0]));
    assert.equal(waveOf.size, tasks.length);
    for (const { wave = 0, needs, after } of tasks)
      for (const id of [...needs, ...after]) assert.ok((waveOf.get(id) ?? Infinity) <= wave, id);
    const begins = tasks.filter(({ wave, pass }) => wave === 3 && pass === "request");
    assert.equal(begins.length, 44);
    for (const { needs } of begins)
      assert.deepEqual(
        needs,
        numbered(5).map((n) => `org-${n} verify`),
      );
  });

  it("previews each stack once, in the order in which an up would deploy them", () => {
    assert.deepEqual(lines(plan([...orgs, consortium], "1,rest", "preview")), [
      "1: consortium preview <-",
      "2: org-1 preview <-",
      "2: org-2 preview <-",
    ]);
  });
});
