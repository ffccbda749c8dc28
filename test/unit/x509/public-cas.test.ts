import assert from "node:assert/strict";
import { rootCertificates } from "node:tls";

import {
  findPublicCa,
  publicCaName,
  publicCas,
  readCertificate,
  similarPublicCas,
} from "../../../x509";
import { makeCa } from "./make-certificate";

describe("publicCas", () => {
  it("are all CAs that this Node ships, each read once", () => {
    const cas = publicCas();
    assert.equal(cas.length, rootCertificates.length);
    assert.ok(cas.length > 100);
    assert.equal(cas.filter(({ isCa }) => !isCa).length, 0);
    assert.equal(publicCas(), cas);
  });
});

describe("publicCaName", () => {
  it("is the CN, or the subject if there is none", () => {
    const nameOf = (pem: string) => publicCaName(readCertificate(pem));
    assert.equal(
      nameOf(
        makeCa({
          subject: [
            ["O", "Example"],
            ["CN", "Example Root"],
          ],
        }),
      ),
      "Example Root",
    );
    assert.equal(
      nameOf(
        makeCa({
          subject: [
            ["O", "Example"],
            ["OU", "Root"],
          ],
        }),
      ),
      "O=Example, OU=Root",
    );
  });
});

describe("findPublicCa", () => {
  it("finds every CA by its fingerprint, in any form", () => {
    for (const ca of publicCas()) {
      const colons = ca.fingerprint.toUpperCase().replace(/..(?=.)/g, "$&:");
      assert.equal(findPublicCa(ca.fingerprint), ca);
      assert.equal(findPublicCa(colons), ca);
    }
  });

  it("finds CAs by their names, in any case", () => {
    const found = findPublicCa("digicert global root g2");
    assert.equal(found?.subject.commonNames[0], "DigiCert Global Root G2");
    for (const ca of publicCas()) assert.ok(findPublicCa(publicCaName(ca)), publicCaName(ca));
  });

  it("finds nothing else", () => {
    for (const name of ["", "DigiCert", "DigiCert Global Root G2 ", "ff".repeat(32)])
      assert.equal(findPublicCa(name), undefined, name);
  });
});

describe("similarPublicCas", () => {
  it("are those with common words, the most similar first", () => {
    // Every supported version of Node knows exactly these of this company.
    assert.deepEqual(similarPublicCas("ISRG Root X9"), ["ISRG Root X1", "ISRG Root X2"]);
    assert.equal(similarPublicCas("isrg-root-x1")[0], "ISRG Root X1");
  });

  it("are not more than asked for", () => {
    assert.equal(similarPublicCas("DigiCert").length, 5);
    assert.equal(similarPublicCas("DigiCert", 2).length, 2);
  });

  it("do not include CAs that share only common words", () => {
    for (const name of [
      "",
      "Root CA",
      "Global Trust Services",
      "Corporate Root Certification Authority",
    ])
      assert.deepEqual(similarPublicCas(name), [], name);
  });
});
