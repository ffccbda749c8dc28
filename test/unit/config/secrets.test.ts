import assert from "node:assert/strict";
import fc from "fast-check";
import { ConfigError } from "../../../config";
import { makeCa } from "../x509/make-certificate";
import { keys } from "../x509/make-keys";
import { GOOD, load, type Sections } from "./make-config";

const MARK = "MARKER";
const CA = makeCa();
const KEY = keys("p256").privateKey.export({ type: "pkcs8", format: "pem" }).toString();

/** Returns everything that the error contains; empty if there is none. */
function said(sections: Sections): string {
  try {
    load(sections);
    return "";
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    return `${error.message} ${String(error.stack)} ${JSON.stringify(error)}`;
  }
}

/** Returns the good configuration with anything as a CA's key. */
function withKey(key: unknown, others: object = {}): Sections {
  const g1 = { state: "signing", certificate: CA, ...others, key };
  return { ...GOOD, authority: { ...GOOD.authority, generations: { g1 } } };
}

/** Returns the good configuration with anything as an organization's existing pair. */
function withPair(certificate: object): Sections {
  const { MyOrg1MSP, MyOrg2MSP } = GOOD.organizations;
  return { ...GOOD, organizations: { MyOrg1MSP: { ...MyOrg1MSP, certificate }, MyOrg2MSP } };
}

/** Returns the good configuration with anything as the password of a database. */
function withPassword(password: unknown): Sections {
  const database = { host: "db.example", username: "me", password };
  const { MyOrg1MSP, MyOrg2MSP } = GOOD.organizations;
  return {
    ...GOOD,
    orchestrator: { ...GOOD.orchestrator, database },
    organizations: { MyOrg1MSP: { ...MyOrg1MSP, database }, MyOrg2MSP },
  };
}

describe("no error quotes a secret", () => {
  const around = fc.tuple(fc.string(), fc.string());
  const texts = around.map(([before, after]) => before + MARK + after);
  const blocks = fc
    .tuple(fc.constantFrom("PRIVATE KEY", "EC PRIVATE KEY", "ENCRYPTED PRIVATE KEY", "X"), texts)
    .map(([label, text]) => `-----BEGIN ${label}-----\n${text}\n-----END ${label}-----\n`);
  const anything = fc.oneof(
    texts,
    blocks,
    fc.array(texts),
    fc.dictionary(fc.constantFrom("a", "b"), texts),
    fc.constant(MARK),
  );
  const others = fc.record(
    {
      state: fc.constantFrom("signing", "trusted", "retired"),
      certificate: fc.constantFrom(undefined, "no PEM", CA),
      validity: fc.constantFrom("1y", "x"),
      unknown: fc.constant(1),
    },
    { requiredKeys: [] },
  );

  it("that is in a key, whatever other problems there are", () => {
    fc.assert(
      fc.property(anything, others, (key, rest) => {
        assert.ok(!said(withKey(key, rest)).includes(MARK));
        for (const existing of [undefined, CA])
          assert.ok(!said(withPair({ key, existing })).includes(MARK));
      }),
    );
  });

  it("that is in a database's password, even if it is a number", () => {
    fc.assert(
      fc.property(anything, (password) => {
        assert.ok(!said(withPassword(password)).includes(MARK));
      }),
    );
    assert.match(said(withPassword(8675309)), /password: found a number; must be a text/);
    assert.doesNotMatch(said(withPassword(8675309)), /8675309/);
  });

  it("that is a real key, whole or in part", () => {
    const lines = KEY.split("\n").filter((line) => line !== "" && !line.startsWith("-----"));
    fc.assert(
      fc.property(fc.nat({ max: KEY.length }), fc.nat({ max: KEY.length }), (from, length) => {
        const text = said(withKey(KEY.slice(from, from + length)));
        for (const line of lines)
          for (const part of line.match(/.{8}/g) ?? []) assert.ok(!text.includes(part));
      }),
      { numRuns: 50 },
    );
  });

  it("that is key material in a place where it does not belong", () => {
    const base64 = KEY.replace(/-----.*-----|\n/g, "");
    for (const secret of [KEY, base64])
      for (const sections of [
        { ...GOOD, authority: secret },
        withKey(secret, { state: secret, certificate: secret, validity: secret }),
        {
          ...GOOD,
          orchestrator: {
            hostname: secret,
            chart: { path: secret, version: secret },
            timeout: secret,
          },
        },
        {
          ...GOOD,
          organizations: { MyOrg1MSP: { hostname: secret, chart: { repository: secret } } },
        },
        {
          ...GOOD,
          organizations: {
            MyOrg1MSP: {
              hostname: "substra.org-1.example",
              signedBy: { stack: secret, directory: secret, trust: [secret] },
              certificate: { algorithm: secret, keys: [secret, "existing"], existing: secret },
            },
          },
          enrollments: {
            MyOrg3MSP: {
              request: { stack: secret },
              commonName: secret,
              dnsNames: [secret],
              publicKey: secret,
              certificate: { algorithms: [secret], existing: secret, key: secret },
            },
          },
        },
        withPair({ key: secret.slice(0, -50), existing: CA }),
        withPair({ key: secret, existing: secret }),
        withPair({ key: secret, keys: ["k1"] }),
      ]) {
        const text = said(sections);
        assert.notEqual(text, "");
        assert.ok(!text.includes(base64.slice(0, 8)), text);
      }
  });

  it("that is in a chart's values", () => {
    const values = { postgresql: { auth: { password: MARK } }, orchestrator: MARK };
    const text = said({ ...GOOD, orchestrator: { ...GOOD.orchestrator, values } });
    assert.match(text, /postgresql\.auth\.password: may not be overridden/);
    assert.ok(!text.includes(MARK));
  });
});
