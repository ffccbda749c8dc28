import assert from "node:assert/strict";
import type { CheckCode } from "../../../verify/check";
import { serviceNamed, type Service } from "../../../components/spinnaker/installation";
import { certificateBag } from "../../../x509/pkcs12/write";
import { base64, secret } from "../../unit/cli/fake-cluster";
import { certificateDer, makePart, makeStore } from "../../unit/x509/make-pkcs12";
import { makeCa } from "../../unit/x509/make-certificate";
import { PUBLISHED, PUBLISHED_NAME } from "../../unit/x509/make-published";
import { expectFailure } from "./expect-failure";
import {
  BY_OTHER_CA,
  CA,
  OTHER_CA,
  PASSWORD,
  keysSecret,
  otherCertificateOf,
  trustSecret,
} from "./make-material";
import { failuresOf, makeSpinnaker, type Spinnaker } from "./make-spinnaker";

const KEYS = "Secret/keys-orca";
const TRUST = "Secret/trust";

/** Objects that replace others; undefined removes one. */
type Change = (has: Has) => Readonly<Record<string, object | undefined>>;

interface Has {
  readonly service: Service;
  /** Returns a value of a Secret, in base64. */
  readonly data: (name: string, key: string) => string;
}

/** Returns the checks that fail for an Orca in phase tls, after a change of its Secrets. */
async function orcaWith(change: Change) {
  const spinnaker = makeSpinnaker("operator", { phase: "tls", services: { orca: {} } });
  const { objects, installation } = spinnaker;
  const service = serviceNamed(installation, "orca");
  assert.ok(service);
  const data = (name: string, key: string) =>
    (objects[name] as { data: Record<string, string> }).data[key] ?? "";
  const changed: Spinnaker["objects"] = {};
  for (const [name, object] of Object.entries({ ...objects, ...change({ service, data }) })) {
    if (object !== undefined) changed[name] = object;
  }
  return failuresOf({ ...spinnaker, objects: changed });
}

const escaped = (text: string) => text.replace(/[()]/g, "\\$&");

describe("the stores of a service in Java", () => {
  const reissued = (options: Parameters<typeof otherCertificateOf>[1]): Change => {
    return ({ service }) => ({ [KEYS]: keysSecret(service, otherCertificateOf(service, options)) });
  };
  const withPassword = (password: string): Change => {
    return ({ data }) => ({
      [KEYS]: {
        data: { "keystore.p12": data(KEYS, "keystore.p12"), password: base64(password) },
      },
    });
  };
  const cases: [string, Change, code: CheckCode, message: RegExp][] = [
    [
      "a password with a line break at its end",
      withPassword(`${PASSWORD}\n`),
      "password",
      /^the password in Secret ns\/keys-orca ends with a line break/,
    ],
    [
      "a password that Java cannot use",
      withPassword("pässword"),
      "password",
      /^the password in Secret ns\/keys-orca has characters outside printable ASCII/,
    ],
    [
      "the password of another store",
      withPassword("another one"),
      "key-store",
      /^the key store in Secret ns\/keys-orca cannot be opened: /,
    ],
    [
      "a key store without a key",
      ({ data }) => ({
        [KEYS]: {
          data: { "keystore.p12": data(TRUST, "truststore.p12"), password: base64(PASSWORD) },
        },
      }),
      "key-store",
      /^the key store in Secret ns\/keys-orca holds 0 keys, and must hold one\.$/,
    ],
    [
      "a private key in its trust store",
      ({ data }) => ({
        [TRUST]: {
          data: { "truststore.p12": data(KEYS, "keystore.p12"), password: base64(PASSWORD) },
        },
      }),
      "trust-store",
      /^the trust store in Secret ns\/trust holds a private key, which many can read\. /,
    ],
    [
      "another CA instead of the stack's",
      () => ({ [TRUST]: trustSecret([OTHER_CA]) }),
      "trust-store",
      /^the trust store in Secret ns\/trust lacks the stack's "CN=Test CA \(SHA-256 [0-9a-f]{16}\.\.\.\)"\. /,
    ],
    [
      "a CA too many",
      () => ({ [TRUST]: trustSecret([CA, OTHER_CA]) }),
      "trust-store",
      /^the trust store in Secret ns\/trust also has "CN=Other CA .*", which is not a CA of the stack: certificates that it signs are accepted\.$/,
    ],
    [
      "trust anchors that lack Java's mark, although OpenSSL reads them",
      () => {
        const bag = certificateBag(certificateDer(CA), { alias: "ca" });
        const store = makeStore([makePart([bag])], PASSWORD);
        return { [TRUST]: secret({ "truststore.p12": store, password: PASSWORD }) };
      },
      "trust-store",
      /^the trust store in Secret ns\/trust has no trust anchor for Java: its 1 certificates lack Oracle's attribute/,
    ],
    [
      "an older certificate",
      reissued({}),
      "certificate",
      /^Secret ns\/keys-orca has a certificate \(SHA-256 .*\) that is not the one issued last \(SHA-256 .*\)\.$/,
    ],
    [
      "a certificate that has expired",
      reissued({ notAfter: "2026-01-01T00:00:00Z" }),
      "expiry",
      /^the certificate expired on 2026-01-01/,
    ],
    [
      "a certificate that outlives its CA",
      reissued({ notAfter: "2049-01-01T00:00:00Z" }),
      "ca-life",
      /2049/,
    ],
    [
      "a certificate from another CA",
      reissued(BY_OTHER_CA),
      "chain",
      /^its issuer CN=Other CA is not trusted/,
    ],
    [
      "a certificate that is for clients only",
      reissued({ purposes: ["1.3.6.1.5.5.7.3.2"] }),
      "purpose",
      /not for serverAuth\.$/,
    ],
    [
      "a certificate without a name",
      reissued({ extensions: [] }),
      "names",
      /^whoever calls it would dial spin-orca\.ns, but its certificate is for /,
    ],
    [
      "a CA whose private key everybody has",
      () => ({ [TRUST]: trustSecret([CA, makeCa({ keys: PUBLISHED })]) }),
      "published-key",
      new RegExp(
        `^the trust store in Secret ns/trust holds CN=Test CA, which has ${escaped(PUBLISHED_NAME)}: everybody has its private key\\.$`,
      ),
    ],
    [
      "no Secret for its key",
      () => ({ [KEYS]: undefined }),
      "mounted-objects",
      /^Secret ns\/keys-orca does not exist\.$/,
    ],
    [
      "a Secret without a trust store",
      () => ({ [TRUST]: secret({ password: PASSWORD }) }),
      "mounted-objects",
      /^Secret ns\/trust has no key "truststore\.p12"\.$/,
    ],
  ];
  for (const [what, change, code, message] of cases) {
    it(`fail with ${what}`, async () => {
      const failures = await orcaWith(change);
      expectFailure(failures, "Spinnaker orca", code, message);
      assert.ok(!JSON.stringify(failures).includes(PASSWORD));
    });
  }
});
