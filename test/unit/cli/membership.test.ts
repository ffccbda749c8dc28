import assert from "node:assert/strict";
import { Checklist, type Check } from "../../../verify/check";
import type { BackendSetup, Host } from "../../../systems/substra/verify/setup";
import { checkBackend } from "../../../systems/substra/verify/check-parties";
import { checkLive } from "../../../systems/substra/verify/check-live";
import { readCertificate } from "../../../x509";
import { makeCa, makeLeaf } from "../x509/make-certificate";
import { keys } from "../x509/make-keys";
import { AT, makeBackend, makeHost } from "./make-parties";

const failed = (checks: readonly Check[]) => checks.filter(({ ok }) => !ok);
const codes = (checks: readonly Check[]) => checks.map(({ code }) => code);

function check(setup: BackendSetup, mspId: string, host: Host | undefined): Checklist {
  const list = new Checklist(mspId);
  checkBackend(list, setup, mspId, host, AT);
  return list;
}

describe("an organization that has left, but still runs", () => {
  it("fails because of its channels, and its files are correct", () => {
    const { checks } = check(makeBackend("MyOrg2MSP"), "MyOrg2MSP", makeHost());
    const [found, ...others] = failed(checks);
    assert.deepEqual(others, []);
    assert.equal(found?.code, "channels");
    assert.equal(
      found.message,
      "the orchestrator lists MyOrg2MSP in no channel, and no CA for it: it has left the consortium, or was never in it.",
    );
    assert.match(found.todo ?? "", /^If it has left, `pulumi destroy` in its stack /);
  });

  it("is refused for its MSP ID when it calls, while all other calls succeed", async function () {
    this.timeout(10_000); // OpenSSL is started several times
    const now = new Date();
    const fromNow = (days: number) => new Date(now.getTime() + days * 86_400_000).toISOString();
    const life = { notBefore: fromNow(-1), notAfter: fromNow(90) };
    const host = makeHost({}, life);
    const parties = ["MyOrg1MSP", "MyOrg2MSP"].map((mspId) => {
      const setup = makeBackend(mspId, makeLeaf({ subject: [["O", mspId]], ...life }));
      const leaf = readCertificate(setup.certificate.text);
      return { mspId, setup, leaf, list: new Checklist(mspId) };
    });
    await checkLive(host, parties, now);
    const [stays, left] = parties.map(({ list }) => list.checks);
    assert.deepEqual(failed(host.list.checks), []);
    assert.deepEqual(failed(stays ?? []), []);
    assert.equal(codes(stays ?? []).filter((code) => code.startsWith("refuses-")).length, 3);
    assert.deepEqual(
      left?.map(({ code, ok, message }) => [code, ok, message]),
      [
        [
          "accepted",
          false,
          "a call as MyOrg2MSP on mychannel is refused: PermissionDenied OE0102: no CA is listed for MyOrg2MSP.",
        ],
      ],
    );
  });
});

describe("a member of the consortium", () => {
  it("fails with a channel from which it was removed", () => {
    const setup = { ...makeBackend("MyOrg1MSP"), channels: ["mychannel", "b"] };
    const [found, ...others] = failed(check(setup, "MyOrg1MSP", makeHost()).checks);
    assert.deepEqual(others, []);
    assert.equal(found?.message, 'the orchestrator does not list MyOrg1MSP in channel "b".');
    assert.match(
      found.todo ?? "",
      /^Add it to orchestrator\.channels, then run `pulumi up`; if it has /,
    );
  });

  it("fails without a CA that is listed for it", () => {
    const host = makeHost({ clientCas: new Map() });
    const { checks } = check(makeBackend("MyOrg1MSP"), "MyOrg1MSP", host);
    assert.deepEqual(codes(failed(checks)), ["key-ids"]);
  });
});

describe("an organization without the orchestrator's stack", () => {
  const ORG = "MyOrg1MSP";

  it("passes the checks that need only its own files", () => {
    const { checks } = check(makeBackend(ORG), ORG, undefined);
    assert.deepEqual(failed(checks), []);
    assert.deepEqual(codes(checks), [
      "key",
      "purpose",
      "expiry",
      "chain",
      "ca-life",
      "organization",
      "key-ids",
    ]);
  });

  it("fails with a certificate that its own CA file does not verify", () => {
    const stranger = makeLeaf({ signer: keys("otherP256") });
    const { checks } = check(makeBackend(ORG, stranger), ORG, undefined);
    assert.deepEqual(codes(failed(checks)), ["chain"]);
  });

  it("passes during a rotation, with two generations in its CA file", () => {
    const setup = makeBackend(ORG);
    const g2 = makeCa({ keys: keys("otherP256"), signer: keys("otherP256"), subjectKeyId: "c2" });
    const caCertificates = [readCertificate(g2), ...setup.caCertificates];
    assert.deepEqual(failed(check({ ...setup, caCertificates }, ORG, undefined).checks), []);
  });
});
