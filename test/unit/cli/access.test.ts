import assert from "node:assert/strict";
import { refusalOf, type Claims } from "../../../systems/substra/verify/access";
import { readCertificate } from "../../../x509";
import { makeCa, makeLeaf } from "../x509/make-certificate";

const file = (...pems: string[]) => ({
  path: "",
  origin: "",
  text: pems.join(""),
  certificates: pems.map((pem) => readCertificate(pem)),
});
const setup = {
  verifyMspId: true,
  clientCas: new Map([
    ["MyOrg1MSP", [file(makeCa({ subjectKeyId: "01" })), file(makeCa())]],
    ["MyOrg2MSP", [file(makeCa({ subjectKeyId: "02" }), makeCa())]],
    ["MyOrg3MSP", [file(makeCa({ subjectKeyId: null }))]],
  ]),
  channels: new Map([["mychannel", ["MyOrg1MSP", "MyOrg3MSP"]]]),
};
const leaf = (organization: string, authorityKeyId: string | null = "ca") =>
  readCertificate(makeLeaf({ subject: [["O", organization]], authorityKeyId }));
const claims = (mspid: string, channel = "mychannel"): Claims => ({
  mspid: [mspid],
  channel: [channel],
});

describe("the orchestrator's rules of access", () => {
  it("accept a client that proves its MSP ID and is a member of the channel", () => {
    assert.equal(refusalOf(setup, [leaf("MyOrg1MSP")], claims("MyOrg1MSP")), undefined);
  });

  const cases: [string, ReturnType<typeof leaf>[], Claims, number, RegExp][] = [
    ["no MSP ID", [leaf("MyOrg1MSP")], { mspid: [], channel: ["mychannel"] }, 9, /^OE0003/],
    [
      "two MSP IDs",
      [leaf("MyOrg1MSP")],
      { mspid: ["MyOrg1MSP", "MyOrg1MSP"], channel: ["mychannel"] },
      9,
      /^OE0003.*got 2$/,
    ],
    [
      "an MSP ID in a different case",
      [leaf("MyOrg1MSP")],
      claims("myorg1msp"),
      7,
      /organization is not myorg1msp$/,
    ],
    [
      "the MSP ID of another organization",
      [leaf("MyOrg2MSP")],
      claims("MyOrg1MSP"),
      7,
      /^OE0102.*organization is not MyOrg1MSP$/,
    ],
    ["no certificate", [], claims("MyOrg1MSP"), 7, /^OE0102/],
    ["an MSP ID without CA", [leaf("Org4")], claims("Org4"), 7, /no CA is listed for Org4$/],
    [
      "a certificate from an unlisted CA",
      [leaf("MyOrg1MSP", "ff")],
      claims("MyOrg1MSP"),
      7,
      /authority key identifier is not that of a CA listed for MyOrg1MSP$/,
    ],
    [
      "a certificate from a CA that is second in its file",
      [leaf("MyOrg2MSP")],
      claims("MyOrg2MSP"),
      7,
      /^OE0102/,
    ],
    ["a channel of others", [leaf("MyOrg1MSP")], claims("MyOrg1MSP", "other"), 2, /channel other$/],
    [
      "no channel",
      [leaf("MyOrg1MSP")],
      { mspid: ["MyOrg1MSP"], channel: [] },
      2,
      /expected one channel header/,
    ],
  ];
  for (const [what, presented, claimed, code, details] of cases) {
    it(`refuse ${what}`, () => {
      const refusal = refusalOf(setup, presented, claimed);
      assert.equal(refusal?.code, code);
      assert.match(refusal.details, details);
    });
  }

  it("accept an absent key identifier for a CA without one, as the orchestrator does", () => {
    const presented = [leaf("MyOrg3MSP", null)];
    assert.equal(refusalOf(setup, presented, claims("MyOrg3MSP")), undefined);
  });

  it("check only the channel if MSP IDs are not verified", () => {
    const lax = { ...setup, verifyMspId: false };
    assert.equal(refusalOf(lax, [], claims("MyOrg1MSP")), undefined);
    assert.equal(refusalOf(lax, [], claims("MyOrg2MSP"))?.code, 2);
  });
});
