import assert from "node:assert/strict";
import { readCertificate, readCertificateRequest } from "../../x509";
import { mountedSecrets, runningPods } from "./api";
import { assertKeysStayHome } from "./keys-at-home";
import { SeparateStacks } from "./separate-stacks";
import { nearlyExpire, until } from "./time";

const FIRST = "MyOrg1MSP";
const SECOND = "MyOrg2MSP";
const PREFIX = "orders";

/**
 * The stage that an organization has reached in a key change: `settled`; `requested`, its stack has created the key and
 * requests a certificate; `signed`, the consortium has issued it, and the organization still uses the previous one.
 */
type Stage = "settled" | "requested" | "signed";

/** The stages of both organizations. What an `up` encounters depends on nothing else. */
type Place = readonly [Stage, Stage];

/** An `up` of one of the three stacks. An organization that is `settled` starts a key change with it. */
type Step = "first" | "second" | "consortium";

const STEPS: readonly Step[] = ["first", "second", "consortium"];

function after([one, other]: Place, step: Step): Place {
  const moved = (stage: Stage): Stage =>
    stage === "settled" ? "requested" : stage === "signed" ? "settled" : stage;
  const signed = (stage: Stage): Stage => (stage === "requested" ? "signed" : stage);
  if (step === "first") return [moved(one), other];
  if (step === "second") return [one, moved(other)];
  return [signed(one), signed(other)];
}

/**
 * Returns a sequence that takes every step from every place: every order of steps, however long, consists of these. It
 * always takes the shortest way from the current place to a step not yet taken.
 */
function walk(start: Place): Step[] {
  const taken = new Set<string>();
  const steps: Step[] = [];
  let place = start;
  for (;;) {
    const way = wayToNew(place, taken);
    if (way === undefined) return steps;
    for (const step of way) {
      taken.add(`${place.join()} ${step}`);
      steps.push(step);
      place = after(place, step);
    }
  }
}

function wayToNew(start: Place, taken: ReadonlySet<string>): Step[] | undefined {
  const ways: { place: Place; way: Step[] }[] = [{ place: start, way: [] }];
  const seen = new Set([start.join()]);
  for (const { place, way } of ways) {
    const fresh = STEPS.find((step) => !taken.has(`${place.join()} ${step}`));
    if (fresh !== undefined) return [...way, fresh];
    for (const step of STEPS) {
      const next = after(place, step);
      if (seen.has(next.join())) continue;
      seen.add(next.join());
      ways.push({ place: next, way: [...way, step] });
    }
  }
  return undefined;
}

describe("no order of ups breaks a running consortium", function () {
  this.timeout(1_800_000);
  let consortium: SeparateStacks;
  /** The number of keys that each organization has had. */
  const counts = new Map([
    [FIRST, 1],
    [SECOND, 1],
  ]);

  before(async () => {
    // Both ways of exchanging requests and certificates in one consortium.
    consortium = await SeparateStacks.create(PREFIX, { [FIRST]: "stack", [SECOND]: "files" });
    await consortium.deploy();
    await consortium.assertWorks();
  });

  it("while two organizations change their keys, after every step from every place", async () => {
    let place: Place = ["settled", "settled"];
    const steps = walk(place);
    assert.ok(new Set(steps).size === 3 && steps.length >= 27, steps.join());
    for (const [position, step] of steps.entries()) {
      const next = after(place, step);
      const story = `step ${position + 1}, ${step} from ${place.join(" and ")}`;
      try {
        if (step === "consortium") await consortium.upHost();
        else await move(step === "first" ? FIRST : SECOND, place[step === "first" ? 0 : 1]);
        await consortium.assertWorks([FIRST, SECOND]);
        await assertAt(FIRST, next[0]);
        await assertAt(SECOND, next[1]);
      } catch (error) {
        throw new Error(`${story}: ${error instanceof Error ? error.message : String(error)}`, {
          cause: error,
        });
      }
      place = next;
    }
  });

  it("when the consortium renews a certificate: the organization's next up rolls its pods", async () => {
    const deployed = async () => certificateOf(FIRST);
    // These complete whatever the walk has left open.
    await consortium.upHost();
    await consortium.upOrganization(FIRST);
    const [before, mounted] = [await deployed(), await mountedPairs()];
    assert.equal(mounted.length, 1);
    await nearlyExpire(consortium.host, "my-org1-msp-certificate");
    const { changes } = await consortium.upHost();
    assert.deepEqual(
      changes.filter((change) => change.startsWith("replace ")),
      ["replace LocallySignedCert my-org1-msp-certificate"],
    );
    await consortium.assertWorks();
    assert.deepEqual(await mountedPairs(), mounted);

    const rolled = await consortium.upOrganization(FIRST);
    assert.deepEqual(rolled.changes, [
      "replace Secret my-org1-msp-client-pair",
      "update Release my-org1-msp",
    ]);
    const renewed = await deployed();
    assert.notEqual(renewed.fingerprint, before.fingerprint);
    assert.equal(renewed.publicKeyFingerprint, before.publicKeyFingerprint);
    await until("no pod has the old certificate any longer", async () => {
      const now = await mountedPairs();
      return now.length === 1 && now[0] !== mounted[0];
    });
    await consortium.assertWorks();
  });

  it("and no key has left its stack", async () => {
    await assertKeysStayHome([consortium.host, ...consortium.stacks.values()]);
  });

  async function move(mspId: string, stage: Stage): Promise<void> {
    if (stage === "settled") {
      const count = (counts.get(mspId) ?? 0) + 1;
      counts.set(mspId, count);
      const keys = [`k${count - 1}`, `k${count}`];
      await consortium.override(mspId, { organization: { certificate: { keys } } });
    }
    await consortium.upOrganization(mspId);
  }

  /** Checks that an organization's stack publishes what fits its stage. */
  async function assertAt(mspId: string, stage: Stage): Promise<void> {
    const { requests, waiting = {} } = (await consortium.of(mspId).values()) as {
      requests: { organizations: Record<string, { request: string; key: string }> };
      waiting?: Record<string, string>;
    };
    const { request = "", key } = requests.organizations[mspId] ?? {};
    assert.equal(key, `k${counts.get(mspId) ?? 0}`);
    // The organization does not know yet whether its request has been signed.
    assert.equal(mspId in waiting, stage !== "settled");
    const inUse = (await certificateOf(mspId)).publicKeyFingerprint;
    const asked = readCertificateRequest(request).publicKeyFingerprint;
    assert.equal(inUse === asked, stage === "settled");
  }

  async function certificateOf(mspId: string) {
    const { certificates } = (await consortium.of(mspId).values()) as {
      certificates: { organizations: Record<string, { certificate: string }> };
    };
    return readCertificate(certificates.organizations[mspId]?.certificate ?? "");
  }

  /** Returns the Secrets with a client pair that the organization's pods mount. */
  async function mountedPairs(): Promise<string[]> {
    const pods = await runningPods(`${PREFIX}-org-1`);
    const names = pods.flatMap(({ spec }) => Object.values(mountedSecrets(spec)).flat());
    return [...new Set(names.filter((name) => name.includes("client-pair")))];
  }
});
