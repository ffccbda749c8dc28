import assert from "node:assert/strict";

import fc from "fast-check";

import { RequestRefused, admitRequest, checkRequest, toPem, type Grant } from "../../../x509";
import { anyText } from "../any-text";
import { keys } from "./make-keys";
import { makeAlternativeNames, makeDnsNames } from "./make-names";
import { makeRequest, makeRequestDer } from "./make-request";

const label = fc.stringMatching(/^[a-z]([a-z0-9-]{0,10}[a-z0-9])?$/);
const dnsName = fc.array(label, { minLength: 1, maxLength: 4 }).map((labels) => labels.join("."));
const organization = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9 .'-]{0,30}[A-Za-z0-9]$/);

/** A request for everything that the grant below allows. */
function fullRequest(grant: Grant): string {
  return makeRequest({
    subject: [["O", grant.organization]],
    extensions: [
      makeAlternativeNames(
        ...(grant.dnsNames ?? []).map((dNSName) => ({ dNSName })),
        ...(grant.ipAddresses ?? []).map((iPAddress) => ({ iPAddress })),
        ...(grant.uris ?? []).map((uniformResourceIdentifier) => ({ uniformResourceIdentifier })),
      ),
    ],
  });
}

const grants: fc.Arbitrary<Grant> = fc.record({
  organization,
  dnsNames: fc.uniqueArray(dnsName, { maxLength: 5 }),
  ipAddresses: fc.uniqueArray(fc.oneof(fc.ipV4(), fc.constant("2001:db8::1")), { maxLength: 3 }),
  uris: fc.uniqueArray(dnsName, { maxLength: 2 }).map((all) => all.map((id) => `spiffe://${id}`)),
  source: fc.constant("organizations.Random"),
});

describe("requests in general", () => {
  it("are admitted when they ask for exactly what is granted", () => {
    fc.assert(
      fc.property(grants, (grant) => {
        assert.deepEqual(checkRequest(fullRequest(grant), grant).violations, []);
      }),
    );
  });

  it("are refused when they ask for one more DNS name", () => {
    fc.assert(
      fc.property(grants, dnsName, (grant, more) => {
        fc.pre(grant.dnsNames?.includes(more) === false);
        const asked = { ...grant, dnsNames: [...(grant.dnsNames ?? []), more] };
        const { violations } = checkRequest(fullRequest(asked), grant);
        assert.deepEqual(
          violations.map(({ code }) => code),
          ["dns-name"],
        );
      }),
    );
  });

  it("are refused for every organization except the granted one", () => {
    fc.assert(
      fc.property(anyText(40), organization, (asked, granted) => {
        fc.pre(asked !== granted);
        const pem = makeRequest({ subject: [["O", asked]] });
        assert.throws(
          () => admitRequest(pem, { organization: granted, source: "test" }),
          RequestRefused,
        );
      }),
    );
  });
});

describe("a changed request", () => {
  const grant: Grant = {
    organization: "MyOrg1MSP",
    dnsNames: ["org-1.example.org"],
    keyAlgorithms: ["ECDSA-P256", "RSA-2048", "Ed25519"],
    source: "organizations.MyOrg1MSP",
  };
  const kinds = ["p256", "rsa2048", "ed25519"] as const;

  function refuses(der: Uint8Array): void {
    const pem = toPem("CERTIFICATE REQUEST", der);
    assert.throws(() => admitRequest(pem, grant), RequestRefused);
  }

  for (const kind of kinds) {
    const original = () =>
      makeRequestDer({ keys: keys(kind), extensions: [makeDnsNames("org-1.example.org")] });

    it(`is refused with any one byte changed (${kind})`, () => {
      const der = original();
      // Changes every byte of one kind. The other kinds differ only in key and signature, which are long and uniform.
      for (let index = 0; index < der.length; index += kind === "p256" ? 1 : 4) {
        const changed = Uint8Array.from(der);
        // Deterministic. Over the bytes of a request it produces every kind of change.
        changed[index] = (der[index] ?? 0) ^ (1 + ((index * 37) % 255));
        refuses(changed);
      }
    });

    it(`is refused with any bytes inserted, removed or replaced (${kind})`, () => {
      const der = original();
      const position = fc.nat({ max: der.length });
      const change = fc.tuple(position, fc.nat({ max: 4 }), fc.uint8Array({ maxLength: 4 }));
      fc.assert(
        fc.property(change, ([at, removed, inserted]) => {
          const changed = Buffer.concat([
            der.subarray(0, at),
            inserted,
            der.subarray(at + removed),
          ]);
          fc.pre(!changed.equals(der));
          refuses(changed);
        }),
        { numRuns: 100 },
      );
    });
  }

  it("is refused if it is arbitrary bytes", () => {
    fc.assert(fc.property(fc.uint8Array({ minLength: 1, maxLength: 200 }), refuses));
  });

  it("is refused if it is arbitrary text", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        assert.throws(() => admitRequest(text, grant), RequestRefused);
      }),
    );
  });
});
