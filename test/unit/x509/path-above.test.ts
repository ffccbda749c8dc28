import assert from "node:assert/strict";
import { pathAbove, readCertificate } from "../../../x509";
import { makeCa, makeLeaf, type CertificateOptions } from "./make-certificate";
import { keys } from "./make-keys";
import { makeCaBelow, makePolicyCa, makeRoot } from "./make-path";

const ROOT = makeRoot();

function above(ca: string, ...given: string[]) {
  const { path, findings } = pathAbove(
    readCertificate(ca),
    given.map((pem) => readCertificate(pem)),
  );
  return {
    path: path.map(({ subject }) => subject.text),
    said: findings.map(({ message }) => message),
  };
}

describe("the CAs above a CA", () => {
  it("are none above a root", () => {
    assert.deepEqual(above(makeCa()), { path: [], said: [] });
  });

  it("are found in any order, up to the root, with the CA itself among them", () => {
    const ca = makeCaBelow("Policy CA");
    const given = [makePolicyCa(), ROOT, ca];
    for (const order of [given, [...given].reverse()])
      assert.deepEqual(above(ca, ...order), { path: ["CN=Policy CA", "CN=Root"], said: [] });
  });

  it("are those that signed, if two share a name", () => {
    const impostor = makeRoot({ keys: keys("p384"), signer: keys("p384"), subjectKeyId: "0c" });
    const { path, said } = above(makeCaBelow(), impostor, ROOT);
    assert.deepEqual(path, ["CN=Root"]);
    assert.deepEqual(said, ["CN=Root is not a CA above CN=Test CA."]);
  });

  const rows: [string, string, string[], ...string[]][] = [
    ["is missing", makeCaBelow(), [], "CN=Test CA is issued by CN=Root, which was not given."],
    [
      "is present without its own",
      makeCaBelow("Policy CA"),
      [makePolicyCa()],
      "CN=Policy CA is issued by CN=Root, which was not given.",
    ],
    [
      "has the same name and another key",
      makeCaBelow(),
      [makeRoot({ keys: keys("p384"), signer: keys("p384") })],
      "CN=Test CA names CN=Root as its issuer but is signed by another key: a CA of the same name?",
    ],
    [
      "names itself and did not sign itself",
      makeCaBelow(),
      [makeRoot({ signer: keys("p384") })],
      "CN=Root names CN=Root as its issuer but is signed by another key: a CA of the same name?",
    ],
    [
      "is not a CA",
      makeCaBelow(),
      [makeRoot({ withoutBasicConstraints: true })],
      "CN=Root is not a CA: basic constraints lack CA:TRUE.",
      "CN=Root is not a CA: basic constraints lack CA:TRUE.",
    ],
    [
      "allows fewer CAs below it",
      makeCaBelow("Policy CA"),
      [makePolicyCa({ ca: { pathLength: 0 } }), makeRoot({ ca: { pathLength: 1 } })],
      "CN=Policy CA allows 0 CAs below it, and there is 1.",
      "CN=Root allows 1 CAs below it, and there are 2.",
    ],
    [
      "comes with an unrelated certificate",
      makeCaBelow(),
      [ROOT, makeLeaf()],
      "O=MyOrg1MSP is not a CA, so it cannot be above CN=Test CA.",
    ],
  ];
  for (const [title, ca, given, ...expected] of rows)
    it(`are refused: an issuer that ${title}`, () => {
      assert.deepEqual(above(ca, ...given).said, expected);
    });

  it("end if two CAs name each other", () => {
    const names = (subject: string, issuer: string): CertificateOptions => ({
      subject: [["CN", subject]],
      issuer: [["CN", issuer]],
    });
    const [one, other] = [makeCa(names("One", "Other")), makeCa(names("Other", "One"))];
    assert.deepEqual(above(one, other).said, [
      "CN=Other is issued by CN=One, which was not given.",
    ]);
  });
});
