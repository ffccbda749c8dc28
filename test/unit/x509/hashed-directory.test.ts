import assert from "node:assert/strict";

import { hashedDirectory, readCertificate, subjectHash } from "../../../x509";
import { makeCa } from "./make-certificate";
import { makeMultiValuedName } from "./make-names";
import { GO_CA } from "./vectors";

// The expected values are those of `openssl x509 -hash`; test/interop compares many more.
describe("subjectHash", () => {
  const hashOf = (value: string) => subjectHash(makeCa({ subject: [["CN", value]] }));

  it("is what OpenSSL prints", () => {
    assert.equal(subjectHash(GO_CA), "83ab7a78");
    assert.equal(subjectHash(makeCa()), "3387b84d");
    assert.equal(subjectHash(makeCa({ subject: [] })), "eea339da");
  });

  it("does not depend on the case of ASCII, on spaces around words, or on the string type", () => {
    for (const same of ["test ca", "TEST CA", "  Test \t\n CA "])
      assert.equal(hashOf(same), "3387b84d", same);
    for (const type of ["printableString", "bmpString"] as const)
      assert.equal(subjectHash(makeCa({ subject: [["CN", { [type]: "Test  CA" }]] })), "3387b84d");
  });

  it("depends on everything else", () => {
    const hashes = ["Test", "TestCA", "Test\u00a0CA", "Ä", "ä", ""].map(hashOf);
    assert.equal(new Set([...hashes, "3387b84d"]).size, hashes.length + 1);
    assert.notEqual(subjectHash(makeCa({ subject: [["O", "Test CA"]] })), "3387b84d");
  });

  it("does not depend on the order within a relative name", () => {
    const [one, other] = [
      ["CN", "a"],
      ["OU", "B"],
    ] as const;
    const hashes = [makeMultiValuedName([one, other]), makeMultiValuedName([other, one])];
    assert.equal(new Set(hashes.map((subject) => subjectHash(makeCa({ subject })))).size, 1);
  });

  it("refuses anything else than one certificate", () => {
    for (const text of ["", GO_CA + GO_CA, "text"])
      assert.throws(() => subjectHash(text), { name: "PemError" });
  });
});

describe("hashedDirectory", () => {
  const [one, other, third] = [makeCa(), makeCa(), makeCa()];

  it("numbers certificates of one name, in whatever order they come, and leaves out repetitions", () => {
    const expected = [one, other, third]
      .sort((a, b) => (readCertificate(a).fingerprint < readCertificate(b).fingerprint ? -1 : 1))
      .map((pem, index) => [`3387b84d.${index}`, pem] as const);
    const files = hashedDirectory([one, GO_CA, other, one, third]);
    const { ["83ab7a78.0"]: alone, ...named } = files;
    assert.equal(alone, readCertificate(GO_CA).pem);
    assert.deepEqual(named, Object.fromEntries(expected));
    const again = hashedDirectory([third + other, one + GO_CA]);
    assert.deepEqual(Object.entries(again), Object.entries(files));
  });

  it("is empty without certificates, and refuses other texts", () => {
    assert.deepEqual(hashedDirectory([]), {});
    for (const text of ["", `${GO_CA}text`])
      assert.throws(() => hashedDirectory([text]), { name: "PemError" });
  });
});
