import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import * as asn1 from "@peculiar/asn1-x509";
import { keys } from "../unit/x509/make-keys";
import { makeDnsNames, makeExtension } from "../unit/x509/make-names";
import { makeRequest, type RequestOptions } from "../unit/x509/make-request";
import { namespacesOf } from "./api";
import { consortium } from "./example";
import { TestStack } from "./stack";

const PREFIX = "requests";
const CA_TRUE = makeExtension(
  asn1.id_ce_basicConstraints,
  new asn1.BasicConstraints({ cA: true }),
  true,
);

/** The requests of organizations that ask for more than they are granted, and why each is refused. */
const REFUSED: Readonly<Record<string, { request: string; reason: RegExp }>> = {
  OtherIdMSP: {
    request: request("GoodMSP", { keys: keys("p384") }),
    reason:
      /the request of OtherIdMSP asks for organization \(O\) "GoodMSP"; enrollments\.OtherIdMSP grants exactly "OtherIdMSP"\./,
  },
  MoreNamesMSP: {
    request: request("MoreNamesMSP", {
      keys: keys("rsa2048"),
      extensions: [makeDnsNames("orchestrator.test.example")],
    }),
    reason:
      /the request of MoreNamesMSP asks for DNS name "orchestrator\.test\.example"; enrollments\.MoreNamesMSP grants/,
  },
  AuthorityMSP: {
    request: request("AuthorityMSP", { keys: keys("p521"), extensions: [CA_TRUE] }),
    reason: /the request of AuthorityMSP has .*CA:TRUE/,
  },
  TamperedMSP: {
    // GoodMSP's key in a request that GoodMSP never signed.
    request: request("TamperedMSP", { keys: keys("p256"), signer: keys("otherP256") }),
    reason: /the request of TamperedMSP has a key that did not sign the request/,
  },
  WeakMSP: {
    request: request("WeakMSP", { keys: keys("rsa1024") }),
    reason: /the request of WeakMSP asks for a key of kind RSA-1024; enrollments\.WeakMSP grants/,
  },
  CurveMSP: {
    request: request("CurveMSP", { keys: keys("p224") }),
    reason: /the request of CurveMSP asks for a key of kind ECDSA-P224/,
  },
  NotOneMSP: {
    request: "this is no request\n",
    reason: /NotOneMSP holds no PEM block/,
  },
};

function request(mspId: string, options: RequestOptions): string {
  return makeRequest({ subject: [["O", mspId]], ...options });
}

describe("a consortium's preview", function () {
  this.timeout(900_000);
  let stack: TestStack;
  const mspIds = ["GoodMSP", ...Object.keys(REFUSED)];

  before(async () => {
    stack = await TestStack.create(PREFIX, {});
    const { authority, orchestrator } = consortium(PREFIX);
    const enrollments = mspIds.map(
      (mspId) => [mspId, { request: { file: `enrollments/${mspId}/request.pem` } }] as const,
    );
    await stack.configure({
      authority,
      orchestrator: { ...orchestrator, channels: { mychannel: { organizations: mspIds } } },
      enrollments: Object.fromEntries(enrollments),
    });
    write("GoodMSP", request("GoodMSP", { keys: keys("p256") }));
    for (const [mspId, { request: pem }] of Object.entries(REFUSED)) write(mspId, pem);
  });
  afterEach("nothing may have been created", async () => {
    assert.deepEqual((await stack.state()).resources, []);
    assert.deepEqual(await namespacesOf(PREFIX), []);
  });

  it("refuses every request that asks for more than is granted, with its reason, and does nothing", async () => {
    const { failed, text } = await stack.run(["preview"]);
    assert.ok(failed, text);
    assert.match(text, /Requests for certificates are refused, and nothing was changed:/);
    for (const { reason } of Object.values(REFUSED)) assert.match(text, reason);
    // A key that comes with two requests belongs to neither until it is known which organization had it first.
    const others = text.split("\n").filter((line) => line.includes("the request of GoodMSP"));
    assert.equal(others.length, 1);
    assert.match(others[0] ?? "", /asks for the key [0-9a-f]{16}…, which is held by "TamperedMSP"/);
  });

  it("refuses a file that contains a private key, and quotes nothing of it", async () => {
    const key = keys("p256").privateKey.export({ type: "pkcs8", format: "pem" }).toString();
    write("GoodMSP", request("GoodMSP", { keys: keys("p256") }) + key);
    const text = await stack.refusal();
    assert.match(
      text,
      /enrollments\/GoodMSP\/request\.pem holds a private key, which must never leave its owner's stack/,
    );
    for (const line of key.split("\n").slice(1, -2)) assert.ok(!text.includes(line));
  });

  function write(mspId: string, text: string): void {
    const path = join(stack.directory, "enrollments", mspId, "request.pem");
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
});
