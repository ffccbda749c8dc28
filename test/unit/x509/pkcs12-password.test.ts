import assert from "node:assert/strict";

import { storePasswordProblem, writeTrustStore } from "../../../x509";
import { GO_CA } from "./vectors";

describe("storePasswordProblem", () => {
  it("accepts what Java accepts", () => {
    for (const password of ["changeit", "123456", "a b c d", "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"])
      assert.equal(storePasswordProblem(password), undefined, password);
  });

  const expected: Readonly<Record<string, RegExp>> = {
    "": /^is shorter than 6 characters/,
    secre: /^is shorter than 6 characters/,
    "changeit\n": /^ends with a line break.*`printf %s`/,
    "changeit\r\n": /^ends with a line break/,
    "changeit ": /^begins or ends with a space/,
    " changeit": /^begins or ends with a space/,
    "chänge-it": /^has characters outside printable ASCII/,
    "change\tit": /^has characters outside printable ASCII/,
    "change\nit": /^has characters outside printable ASCII/,
    "change\u007fit": /^has characters outside printable ASCII/,
    "change\u{1f511}it": /^has characters outside printable ASCII/,
  };
  for (const [password, problem] of Object.entries(expected))
    it(`says that ${JSON.stringify(password)} ${problem.source.slice(1)}, without quoting it`, () => {
      const found = storePasswordProblem(password) ?? "";
      assert.match(found, problem);
      assert.ok(password === "" || !found.includes(password));
      assert.throws(() => writeTrustStore([{ alias: "ca", certificatePem: GO_CA }], password), {
        name: "StoreError",
        message: `The store's password ${found}.`,
      });
    });
});
