import assert from "node:assert/strict";
import {
  CIPHERS,
  findCipher,
  readCipher,
  similarCiphers,
} from "../../../../components/choreo-connect/upstream-tls";

describe("The ciphers of the router", () => {
  it("have names that can be derived from each other", () => {
    for (const { openssl, iana, go, keyExchange, authentication, since } of CIPHERS) {
      const exchange = keyExchange === "RSA" ? "RSA" : `${keyExchange}_${authentication}`;
      assert.ok(iana.startsWith(`TLS_${exchange}_WITH_`), iana);
      assert.equal(go, iana);
      assert.equal(openssl.startsWith("ECDHE-"), keyExchange === "ECDHE", openssl);
      assert.equal(since, iana.endsWith("_CBC_SHA") ? "TLS1_0" : "TLS1_2", iana);
    }
    assert.equal(new Set(CIPHERS.map(({ openssl }) => openssl)).size, CIPHERS.length);
    assert.deepEqual(findCipher("AES256-SHA"), {
      openssl: "AES256-SHA",
      iana: "TLS_RSA_WITH_AES_256_CBC_SHA",
      go: "TLS_RSA_WITH_AES_256_CBC_SHA",
      keyExchange: "RSA",
      authentication: "RSA",
      since: "TLS1_0",
    });
  });

  it("are found by any of their names", () => {
    for (const cipher of CIPHERS)
      for (const name of [cipher.openssl, cipher.iana, cipher.go, cipher.openssl.toLowerCase()])
        assert.equal(findCipher(name), cipher);
    assert.equal(
      findCipher("TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305")?.openssl,
      "ECDHE-RSA-CHACHA20-POLY1305",
    );
    assert.equal(findCipher("AES128"), undefined);
  });

  const refused: Readonly<Record<string, string>> = {
    TLS_AES_128_GCM_SHA256: "is a suite of TLS 1.3, whose suites are not configurable",
    tls_chacha20_poly1305_sha256: "is a suite of TLS 1.3, whose suites are not configurable",
    "ECDHE-RSA-AES128-GCM-SHA384":
      "is not a cipher that the router can be told to use; similar: ECDHE-RSA-AES128-GCM-SHA256, " +
      "ECDHE-RSA-AES256-GCM-SHA384, ECDHE-ECDSA-AES128-GCM-SHA256, ECDHE-ECDSA-AES256-GCM-SHA384",
    "RC4-MD5": `is not a cipher that the router can be told to use; the known ciphers are ${CIPHERS.map(
      ({ openssl }) => openssl,
    ).join(", ")}`,
  };
  for (const [name, why] of Object.entries(refused))
    it(`do not include ${name}`, () => assert.equal(readCipher(name), why));

  it("are similar in their distinguishing parts", () => {
    assert.deepEqual(similarCiphers("TLS_DHE_RSA_WITH_CHACHA20_POLY1305_SHA256", 2), [
      "ECDHE-RSA-CHACHA20-POLY1305",
      "ECDHE-ECDSA-CHACHA20-POLY1305",
    ]);
  });
});
