import assert from "node:assert/strict";
import fc from "fast-check";
import { stackObjects, type StackObject } from "../../../../../cli/fleet/manifests/stack-object";
import type { StackFile } from "../../../../../cli/fleet/stack-folder";
import { OperatorModel } from "./operator-model";
import { stack } from "../make-stack-file";

const RESYNC = 3600;
const objectsOf = (stacks: readonly StackFile[], preview?: true) =>
  stackObjects(
    stacks,
    {
      repo: "https://git.example/f",
      branch: "main",
      serviceAccount: "a",
      ...(preview && { preview }),
    },
    RESYNC,
  );
const namesOf = (object: StackObject) => (object.spec.prerequisites ?? []).map(({ name }) => name);

/** A fleet in which each stack is signed by some of the stacks before it, which read its requests by stack or by file. */
const fleets = fc
  .array(fc.array(fc.record({ signer: fc.nat(5), byStack: fc.boolean() }), { maxLength: 2 }), {
    minLength: 1,
    maxLength: 6,
  })
  .map((links) => {
    const linksOf = (position: number) =>
      (links[position] ?? []).filter(({ signer }) => signer < position);
    return links.map((_, position) =>
      stack(
        `s${position}`,
        linksOf(position).map(({ signer }) => `s${signer}`),
        links.flatMap((_link, other) =>
          linksOf(other).some(({ signer, byStack }) => byStack && signer === position)
            ? [`s${other}`]
            : [],
        ),
      ),
    );
  })
  .chain((stacks) => fc.shuffledSubarray(stacks, { minLength: stacks.length }));

/** A fleet whose stacks do what the program does: they sign requests that are published, and deploy what is signed. */
class Fleet {
  private readonly requested = new Set<string>();
  private readonly signed = new Set<string>();
  readonly deployed = new Set<string>();
  readonly model: OperatorModel;

  constructor(
    private readonly stacks: readonly StackFile[],
    lasts: (stack: string) => number,
    private readonly broken: readonly string[] = [],
  ) {
    this.model = new OperatorModel(objectsOf(stacks), lasts, (name) => this.up(name));
  }

  private up(name: string): boolean {
    if (this.broken.includes(name)) return false;
    const signers = this.stacks.find((each) => each.name === name)?.signed ?? [];
    this.requested.add(name);
    if (signers.every(({ signer }) => this.signed.has(`${signer} ${name}`)))
      this.deployed.add(name);
    if (!this.deployed.has(name)) return true; // waits
    for (const { name: other, signed } of this.stacks) {
      const isSigner = signed.some(({ signer }) => signer === name);
      if (isSigner && this.requested.has(other)) this.signed.add(`${name} ${other}`);
    }
    return true;
  }
}

describe("the Stack resources of a fleet", () => {
  const consortium = stack("consortium", [], ["org-1", "org-2"]);
  const organizations = [stack("org-1", ["consortium"]), stack("org-2", ["consortium"])];

  it("have the stack that signs as a prerequisite, and not the stacks that request", () => {
    const objects = objectsOf([...organizations, consortium]);
    assert.deepEqual(
      objects.map((object) => [object.metadata.name, namesOf(object)]),
      [
        ["consortium", []],
        ["org-1", ["consortium"]],
        ["org-2", ["consortium"]],
      ],
    );
  });

  it("have no prerequisites on stacks that are not selected, and none to preview", () => {
    for (const object of objectsOf(organizations)) assert.deepEqual(namesOf(object), []);
    for (const object of objectsOf([consortium, ...organizations], true)) {
      assert.deepEqual(namesOf(object), []);
      assert.match(object.metadata.name, /-preview$/);
      assert.deepEqual(
        [object.spec.preview, object.spec.continueResyncOnCommitMatch],
        [true, false],
      );
    }
  });

  it("refuse stacks that wait for each other", () => {
    assert.throws(
      () => objectsOf([stack("a", ["b"], ["b"]), stack("b", ["a"], ["a"])]),
      /these stacks wait for each other, .*: a, b;/,
    );
  });

  it("come after their prerequisites, whatever the links: there is no cycle", () => {
    fc.assert(
      fc.property(fleets, (stacks) => {
        const placed = new Set<string>();
        for (const object of objectsOf(stacks)) {
          for (const name of namesOf(object)) assert.ok(placed.has(name), name);
          placed.add(object.metadata.name);
        }
        assert.equal(placed.size, stacks.length);
      }),
    );
  });

  it("are all deployed after one resync, whatever the links and however long an update takes", () => {
    fc.assert(
      fc.property(fleets, fc.array(fc.integer({ min: 10, max: 300 })), (stacks, durations) => {
        const fleet = new Fleet(stacks, (name) => durations[Number(name.slice(1))] ?? 30);
        const round = 600 * stacks.length;
        fleet.model.run(round + RESYNC + round);
        assert.deepEqual([...fleet.deployed].sort(), stacks.map(({ name }) => name).sort());
      }),
    );
  });

  it("go on without an organization that fails", () => {
    const fleet = new Fleet([consortium, ...organizations], () => 30, ["org-1"]);
    fleet.model.run(2 * RESYNC);
    assert.deepEqual([...fleet.deployed].sort(), ["consortium", "org-2"]);
  });
});
