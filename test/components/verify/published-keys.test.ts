import assert from "node:assert/strict";
import { Checklist, type Check } from "../../../verify/check";
import { checkBackend, checkOrchestrator } from "../../../systems/substra/verify/check-parties";
import { readCertificate } from "../../../x509";
import { AT, makeBackend, makeHost } from "../../unit/cli/make-parties";
import { makeCa, makeLeaf } from "../../unit/x509/make-certificate";
import { PUBLISHED, PUBLISHED_NAME } from "../../unit/x509/make-published";

const HAS = `has ${PUBLISHED_NAME}: everybody has its private key.`;
const DEFAULT_CA = makeCa({ subject: [["CN", "Default CA"]], keys: PUBLISHED });
const caFile = (path: string) => ({
  path,
  text: DEFAULT_CA,
  origin: "Secret ns/default",
  certificates: [readCertificate(DEFAULT_CA)],
});

/** Returns the messages about published keys, in the order of the checks. */
function said(check: (list: Checklist) => unknown): string[] {
  const list = new Checklist("MyOrg1MSP");
  check(list);
  const found = list.checks.filter(({ code }: Check) => code === "published-key");
  for (const { ok, severity, todo } of found)
    assert.deepEqual([ok, severity], [false, "error"], todo);
  return found.map(({ message }) => message);
}

describe("a deployed key that is published", () => {
  it("is not reported for other keys", () => {
    const host = makeHost();
    assert.deepEqual(
      said((list) => checkOrchestrator(list, host.setup, [], AT)),
      [],
    );
    assert.deepEqual(
      said((list) => checkBackend(list, makeBackend("MyOrg1MSP"), "MyOrg1MSP", host, AT)),
      [],
    );
  });

  it("fails as the orchestrator's own key, and as its CA's", () => {
    const { setup } = makeHost();
    const certificate = { ...setup.certificate, text: makeLeaf({ keys: PUBLISHED }) };
    const changed = { ...setup, certificate, serverCa: caFile("ca.pem") };
    assert.deepEqual(
      said((list) => checkOrchestrator(list, changed, [], AT)),
      [
        `Secret ns/server-pair holds O=MyOrg1MSP, which ${HAS} what its peers trust holds CN=Default CA, which ${HAS}`,
      ],
    );
  });

  it("fails as the key of a CA that is trusted for clients", () => {
    const clientCas = new Map([["MyOrg1MSP", [caFile("/cas/default.pem")]]]);
    const { setup } = makeHost({ clientCas });
    assert.deepEqual(
      said((list) => checkOrchestrator(list, setup, [], AT)),
      [`/cas/default.pem (Secret ns/default) holds CN=Default CA, which ${HAS}`],
    );
  });

  it("fails as a backend's own key, and as that of the CA that it trusts for the server", () => {
    const backend = {
      ...makeBackend("MyOrg1MSP", makeLeaf({ keys: PUBLISHED })),
      caCertificates: [readCertificate(DEFAULT_CA)],
    };
    assert.deepEqual(
      said((list) => checkBackend(list, backend, "MyOrg1MSP", makeHost(), AT)),
      [
        `Secret ns/pair holds O=MyOrg1MSP, which ${HAS}`,
        `the CA file in Secret ns/ca holds CN=Default CA, which ${HAS}`,
      ],
    );
  });
});
