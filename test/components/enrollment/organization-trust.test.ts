import assert from "node:assert/strict";
import { readCertificate } from "../../../x509";
import type { Run } from "../mock-engine";
import {
  CONSORTIUM,
  CONSORTIUM_SECTIONS,
  MEMBER,
  enrol,
  outputsOf,
  registered,
  runConsortium,
  runMember,
  said,
  secretOf,
  stacksOf,
  topsOf,
} from "./parties";

const STACK = `stack ${CONSORTIUM}`;
const TRUST = "countersign:organizations.MyOrg2MSP.signedBy.trust";
const OTHER = "0123456789abcdef".repeat(4);

describe("the CAs that an organization trusts", () => {
  let asked: Run<unknown>;
  let signed: Run<unknown>;
  let deployed: Run<unknown>;
  /** The consortium with a second generation: first trusted, then signing. */
  let announced: Run<unknown>;
  let rotated: Run<unknown>;
  let g1: string;
  let g2: string;
  before(async () => {
    ({ asked, signed, deployed } = await enrol());
    const stacks = stacksOf({ [MEMBER]: deployed });
    const rotate = (one: string, other: string, { state }: Run<unknown>) => {
      const generations = { g1: { state: one }, g2: { state: other } };
      const authority = { ...CONSORTIUM_SECTIONS.authority, generations };
      return runConsortium({ authority }, { state, stacks });
    };
    announced = await rotate("signing", "trusted", signed);
    rotated = await rotate("trusted", "signing", announced);
    [g1, g2] = [caOf(rotated, "g1"), caOf(rotated, "g2")];
  });

  const caOf = (run: Run<unknown>, name: string) => {
    const { authority } = outputsOf(run).certificates as {
      authority: Record<string, { certificate: string }>;
    };
    return authority[name]?.certificate ?? "";
  };
  const fingerprint = (pem: string) => readCertificate(pem).fingerprint;
  const take = (trust: readonly string[], consortium: Run<unknown>, { state }: Run<unknown>) =>
    runMember(
      { signedBy: { stack: CONSORTIUM, trust } },
      { state, stacks: stacksOf({ [CONSORTIUM]: consortium }) },
    );
  const bundleOf = (run: Run<unknown>) => secretOf(run, "my-org2-msp-client-pair")["ca.crt"];
  const notTrusted = (name: string, pem: string) =>
    `the certificate of MyOrg2MSP from ${STACK} is refused, and nothing was changed:\n` +
    `  - its CA, generation ${name} (CN=Consortium CA, SHA-256 ${fingerprint(pem)}), is not one that ${TRUST} lists: ask the consortium for the fingerprint over another channel, compare it, and add it there`;
  const alsoOffers = (name: string, pem: string) =>
    `warn: ${STACK} also offers CA generation ${name} (CN=Consortium CA, SHA-256 ${fingerprint(pem)}), which is not trusted: before the consortium lets it sign, compare the fingerprint over another channel and add it to ${TRUST}`;

  it("are checked by the consortium when a generation signs that the organization does not trust", () => {
    assert.deepEqual(said(announced), []);
    assert.deepEqual(said(rotated), [
      `warn: MyOrg2MSP does not trust CA generation g2 yet, and its backend will refuse the orchestrator's certificates from that generation. Before that generation signs, MyOrg2MSP must list its fingerprint (SHA-256 ${fingerprint(g2)}) in signedBy.trust and run \`pulumi up\``,
    ]);
  });

  it("are remembered by the consortium while the organization's stack cannot be read", async () => {
    const generations = { g1: { state: "trusted" }, g2: { state: "signing" } };
    const authority = { ...CONSORTIUM_SECTIONS.authority, generations };
    const { state } = rotated;
    const later = await runConsortium({ authority }, { state, stacks: {} });
    assert.ok(said(later).some((text) => text.startsWith("warn: MyOrg2MSP does not trust")));
    assert.deepEqual(later.state, state);
  });

  it("are those whose fingerprints it lists, in whatever form", async () => {
    const colons = (fingerprint(g1).toUpperCase().match(/../g) ?? []).join(":");
    for (const trust of [fingerprint(g1), colons]) {
      const run = await take([trust], signed, asked);
      assert.deepEqual(run.errors, []);
      assert.deepEqual(said(run), []);
      assert.equal(bundleOf(run), g1);
    }
  });

  it("are no others: nothing is registered, neither the first time nor later", async () => {
    for (const before of [asked, deployed]) {
      const run = await take([OTHER], signed, before);
      assert.deepEqual(topsOf(run), []);
      assert.deepEqual(run.errors, [notTrusted("g1", g1)]);
    }
  });

  it("are remembered from the first use, unlike pinned ones", async () => {
    assert.deepEqual(firstUse(deployed), [fingerprint(g1)]);
    assert.equal(firstUse(await take([fingerprint(g1)], signed, asked)), undefined);
    assert.equal(firstUse(await take([fingerprint(g1)], signed, deployed)), undefined);
  });
  const firstUse = (run: Run<unknown>) =>
    (registered(run, "my-org2-msp", "Enrollment") as { firstUse?: unknown }).firstUse;

  it("do not grow by what the consortium announces", async () => {
    const run = await take(["first-use"], announced, deployed);
    assert.deepEqual(run.errors, []);
    assert.deepEqual(said(run), [alsoOffers("g2", g2)]);
    assert.equal(bundleOf(run), g1);
    assert.deepEqual(firstUse(run), [fingerprint(g1)]);
  });

  it("do not grow by what signs: nothing is registered", async () => {
    const run = await take(["first-use"], rotated, deployed);
    assert.deepEqual(topsOf(run), []);
    assert.deepEqual(run.errors, [notTrusted("g2", g2)]);
  });

  it("grow by what the configuration adds, the signing one first in the bundle", async () => {
    const trust = ["first-use", fingerprint(g2)];
    const before = await take(trust, announced, deployed);
    assert.deepEqual(said(before), []);
    assert.equal(bundleOf(before), g1 + g2);
    const after = await take(trust, rotated, before);
    assert.deepEqual(after.errors, []);
    assert.deepEqual(said(after), []);
    assert.equal(bundleOf(after), g2 + g1);
    assert.deepEqual(firstUse(after), [fingerprint(g1)]);
  });

  it("no longer include those that a rotation has dropped, which do not come back by themselves", async () => {
    const trust = [fingerprint(g1), fingerprint(g2)];
    const authority = {
      ...CONSORTIUM_SECTIONS.authority,
      generations: { g2: { state: "signing" } },
    };
    const stacks = stacksOf({ [MEMBER]: deployed });
    const dropped = await runConsortium({ authority }, { state: rotated.state, stacks });
    const before = await take(trust, rotated, deployed);
    const after = await take(trust, dropped, before);
    assert.deepEqual(after.errors, []);
    assert.equal(bundleOf(after), g2);
    const { retired } = registered(after, "my-org2-msp", "Enrollment") as { retired?: string[] };
    assert.deepEqual(retired, [fingerprint(g1)]);
    const back = await take(trust, rotated, after);
    assert.match(back.errors.join(), /it restores CA generation g1 \(CN=Consortium CA/);
    assert.deepEqual(topsOf(back), []);
  });

  it("are all CAs of the first admission, at first use", async () => {
    const run = await take(["first-use"], rotated, asked);
    assert.deepEqual(run.errors, []);
    assert.equal(bundleOf(run), g2 + g1);
    assert.deepEqual(firstUse(run), [fingerprint(g1), fingerprint(g2)]);
  });
});
