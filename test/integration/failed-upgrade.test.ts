import assert from "node:assert/strict";
import { helmHistory, mountedSecrets, ourSecrets, runningPods } from "./api";
import { consortium } from "./example";
import { TestStack } from "./stack";
import { StackSecrets } from "./stack-secrets";
import { nearlyExpire } from "./time";

const NAMESPACE = "failing-orchestrator";
const good = consortium("failing", ["MyOrg1MSP"]);
/** Pods that fit on no node, and a short timeout: the upgrade cannot succeed. */
const bad = {
  ...good,
  orchestrator: {
    ...good.orchestrator,
    timeout: 5,
    values: { resources: { requests: { cpu: "100000" } } },
  },
};

describe("an upgrade that fails while a certificate is renewed", function () {
  this.timeout(900_000);
  let stack: TestStack;
  let mountedBefore: readonly string[];

  before(async () => {
    stack = await TestStack.create("failing", good);
    await stack.up();
    mountedBefore = await mounted();
    await nearlyExpire(stack, "orchestrator-certificate");
    await stack.configure(bad);
  });

  it("fails the up, which names the release and says that it was rolled back", async () => {
    const text = await stack.refusal();
    assert.match(text, /Helm release "failing-orchestrator\/orchestrator"/);
    assert.match(text, /has been rolled back/);
  });

  it("leaves the release in its last good revision", async () => {
    const history = await helmHistory(NAMESPACE);
    assert.deepEqual(
      history.map(({ status }) => status),
      ["superseded", "failed", "deployed"],
    );
  });

  it("leaves pods running with the old certificate, whose Secret still exists", async () => {
    assert.deepEqual(await mounted(), mountedBefore);
    const existing = await ourSecrets(NAMESPACE);
    for (const name of mountedBefore) assert.ok(existing.has(name), name);
  });

  it("keeps the old certificate through further failures", async () => {
    const { failed } = await stack.run(["up", "--yes", "--skip-preview"]);
    assert.ok(failed);
    assert.deepEqual(await mounted(), mountedBefore);
    const existing = await ourSecrets(NAMESPACE);
    for (const name of mountedBefore) assert.ok(existing.has(name), name);
  });

  it("is completed by the next up once the configuration is corrected", async () => {
    await stack.configure(good);
    await stack.up();
    const existing = [...(await ourSecrets(NAMESPACE)).keys()];
    const [pair, ...more] = existing.filter((name) => name.includes("-server-pair-"));
    assert.ok(pair !== undefined && more.length === 0, existing.join());
    assert.ok(!mountedBefore.includes(pair));
    assert.ok((await mounted()).includes(pair));
    await stack.assertSettled();
  });

  it("has printed nothing of a key or password", async () => {
    (await StackSecrets.of(stack)).assertNoneIn(stack.printed.join("\n"));
  });
});

/** Returns the names of the Secrets that running pods mount, sorted. */
async function mounted(): Promise<readonly string[]> {
  const pods = await runningPods(NAMESPACE);
  return pods.flatMap(({ spec }) => Object.values(mountedSecrets(spec)).flat()).sort();
}
