import assert from "node:assert/strict";
import type { Run } from "../mock-engine";
import { find } from "../tree";
import { CONSORTIUM, enrol, outputsOf, requestedOf, runMember, said, topsOf } from "./parties";

const STACK = `stack ${CONSORTIUM}`;
const UNREADABLE = `${STACK} cannot be read (unknown stack "${CONSORTIUM}")`;

describe("an organization's own stack, if nothing usable comes from the consortium", () => {
  let asked: Run<unknown>;
  let signed: Run<unknown>;
  let deployed: Run<unknown>;
  before(async () => ({ asked, signed, deployed } = await enrol()));
  /** Outputs of the consortium's stack (undefined if it cannot be read) and the reason that is reported. */
  const cases: [string, () => unknown, string][] = [
    ["an unknown stack", () => undefined, UNREADABLE],
    ["a stack without outputs", () => ({}), `${STACK} publishes no admissions yet`],
    [
      "another version of Countersign",
      () => ({ admissions: { ...published(), format: 2 } }),
      `${STACK} publishes format 2, and this program reads 1: use one version of Countersign on both sides`,
    ],
    [
      "nothing for this organization",
      () => ({ admissions: { ...published(), organizations: {} } }),
      `${STACK} publishes no certificate for MyOrg2MSP`,
    ],
    [
      "a certificate for somebody else's key",
      () => {
        const certificate = (outputsOf(signed).certificates as { orchestrator: object })
          .orchestrator;
        const organizations = { MyOrg2MSP: { ...certificate, channels: [] } };
        return { admissions: { ...published(), organizations } };
      },
      `the certificate of MyOrg2MSP from ${STACK} is for none of its keys (k1)`,
    ],
  ];
  const published = () => outputsOf(signed).admissions as object;
  const from = (outputs: unknown) => (outputs === undefined ? {} : { [CONSORTIUM]: outputs });

  for (const [title, outputs, reason] of cases) {
    it(`waits with ${title}`, async () => {
      const stacks = from(outputs());
      const run = await runMember({}, { state: asked.state, stacks, cluster: false });
      assert.deepEqual(run.errors, []);
      assert.deepEqual(run.state, new Map([...asked.state, stackIn(run)]));
      assert.deepEqual(said(run), [`info: MyOrg2MSP waits: ${reason}`]);
      assert.deepEqual(outputsOf(run).waiting, { MyOrg2MSP: reason });
      assert.equal(requestedOf(run).request, requestedOf(asked).request);
    });

    it(`keeps what it has deployed, with ${title}`, async () => {
      const run = await runMember({}, { state: deployed.state, stacks: from(outputs()) });
      assert.deepEqual(run.errors, []);
      assert.deepEqual(run.state, new Map([...deployed.state, stackIn(run)]));
      assert.deepEqual(said(run), [
        `warn: ${reason}: MyOrg2MSP keeps using the certificate that it accepted before`,
      ]);
      assert.deepEqual(outputsOf(run), {
        ...outputsOf(deployed),
        waiting: { MyOrg2MSP: reason },
      });
    });
  }

  /** The entry of the stack itself, whose outputs tell what it waits for. */
  const stackIn = ({ state, resources }: Run<unknown>) => {
    const { urn } = find(resources, "countersign-test");
    const stored = state.get(urn);
    assert.ok(stored);
    return [urn, stored] as const;
  };

  it("never deletes a running deployment, even without a memory of its reason", async () => {
    const state = new Map(
      [...deployed.state].filter(([, { type }]) => !type.startsWith("countersign:enrollment")),
    );
    const run = await runMember({}, { state });
    assert.deepEqual(topsOf(run), []);
    assert.deepEqual(run.errors, [
      `${UNREADABLE}, and without a certificate the running deployment of MyOrg2MSP would be deleted: nothing was changed`,
    ]);
  });

  it("refuses to interpret the memory of another version of Countersign", async () => {
    const state = new Map(
      [...deployed.state].map(([urn, stored]) => {
        const isMemory = stored.type.startsWith("countersign:enrollment");
        return [urn, isMemory ? { ...stored, outputs: { requests: [] } } : stored];
      }),
    );
    const run = await runMember({}, { state });
    assert.deepEqual(topsOf(run), []);
    assert.deepEqual(run.errors, [
      "the state holds enrollments in a form that this version of Countersign does not know: use the version that wrote it, or a later one",
    ]);
  });
});
