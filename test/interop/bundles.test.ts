import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeCa, makeLeaf, type CertificateOptions } from "../unit/x509/make-certificate";
import { keys } from "../unit/x509/make-keys";
import { makeDnsNames } from "../unit/x509/make-names";
import { makeCaBelow, makeRoot } from "../unit/x509/make-path";
import { LIBRARIES, type Answers, type Chain, type LibraryName } from "./judgement/libraries";
import { BUILD_PATIENCE } from "./programs";

const DAY = 86_400_000;
const at = (days: number) => new Date(Math.floor(Date.now() / 1000) * 1000 + days * DAY);
const life = (from: number, to: number): CertificateOptions => ({
  notBefore: at(from).toISOString(),
  notAfter: at(to).toISOString(),
});

/** Certificates of the CA that signs the leaf. All have the same subject, key and key identifier. */
const CA = makeCa(life(-10, 100));
const LONGER = makeCa(life(-5, 1000));
const EXPIRED = makeCa(life(-100, -1));
const COMING = makeCa(life(1, 1000));
const BELOW = makeCaBelow("Root", life(-10, 100));

const OTHER_KEYS = { keys: keys("otherP256"), signer: keys("otherP256") };
const NAMESAKE = makeCa({ ...OTHER_KEYS, ...life(-10, 100), subjectKeyId: "0f" });
const TWIN = makeCa({ ...OTHER_KEYS, ...life(-10, 100) });

const ROOT = makeRoot(life(-10, 1000));
const EXPIRED_ROOT = makeRoot(life(-10, -1));

interface Bundle {
  readonly trusted: readonly string[];
  /** Certificates that the server sends after its own. */
  readonly sent?: string;
  readonly refusedBy: readonly LibraryName[];
}

/** Facts on which config/generations.ts, the order of a CA's bundle and x509/consumers/check.ts rely. */
const BUNDLES: Readonly<Record<string, Bundle>> = {
  "the CA": { trusted: [CA], refusedBy: [] },
  "the CA twice": { trusted: [CA, CA], refusedBy: [] },
  "two certificates of the CA": { trusted: [CA, LONGER], refusedBy: [] },
  "two certificates of the CA, the longer one first": { trusted: [LONGER, CA], refusedBy: [] },
  "an expired certificate of the CA": {
    trusted: [EXPIRED],
    refusedBy: ["Go", "OpenSSL", "BoringSSL"],
  },
  "an expired certificate of the CA in the second place": {
    trusted: [CA, EXPIRED],
    refusedBy: [],
  },
  "an expired certificate of the CA in the first place": {
    trusted: [EXPIRED, CA],
    refusedBy: ["BoringSSL"],
  },
  "a not yet valid certificate of the CA in the second place": {
    trusted: [CA, COMING],
    refusedBy: [],
  },
  "a not yet valid certificate of the CA in the first place": {
    trusted: [COMING, CA],
    refusedBy: ["BoringSSL"],
  },
  "a CA with its name and another key": { trusted: [NAMESAKE, CA], refusedBy: [] },
  "a CA with its name and key identifier, but another key": {
    trusted: [TWIN, CA],
    refusedBy: ["OpenSSL", "BoringSSL"],
  },
  "only the CA below a root": { trusted: [BELOW], refusedBy: ["OpenSSL"] },
  "the CA below a root, and the root": { trusted: [BELOW, ROOT], refusedBy: [] },
  "the CA below a root, after the root": { trusted: [ROOT, BELOW], refusedBy: [] },
  "the CA below a root, and the expired root": {
    trusted: [BELOW, EXPIRED_ROOT],
    refusedBy: ["OpenSSL", "BoringSSL"],
  },
  "only the root": { trusted: [ROOT], refusedBy: ["Go", "OpenSSL", "Java", "BoringSSL"] },
  "only the root, while the server sends the CA": {
    ...{ trusted: [ROOT], sent: BELOW },
    refusedBy: [],
  },
  "the CA below a root, after its self-signed certificate": { trusted: [CA, BELOW], refusedBy: [] },
  "the CA below a root, before its self-signed certificate": {
    trusted: [BELOW, CA],
    refusedBy: ["OpenSSL"],
  },
};

const NAMES = Object.keys(LIBRARIES) as LibraryName[];

describe("A bundle of trusted CAs", function () {
  this.timeout(BUILD_PATIENCE);
  const answers = new Map<LibraryName, Answers>();
  const folder = mkdtempSync(join(tmpdir(), "countersign-bundles-"));
  after(() => rmSync(folder, { recursive: true }));

  before(async () => {
    const chains = Object.values(BUNDLES).map(chainOf);
    for (const name of NAMES)
      answers.set(name, await LIBRARIES[name](chains, "serverAuth", folder));
  });

  for (const [index, [title, { refusedBy }]] of Object.entries(BUNDLES).entries())
    it(`with ${title} is ${refusedBy.length === 0 ? "accepted by all" : `refused by ${refusedBy.join(", ")}`}`, () => {
      const refusing = NAMES.filter((name) => answers.get(name)?.[index] !== "");
      assert.deepEqual(
        refusing,
        NAMES.filter((name) => refusedBy.includes(name)),
      );
    });
});

function chainOf({ trusted, sent = "" }: Bundle, index: number): Chain {
  const host = `b${index}.test.example`;
  return {
    leaf: makeLeaf({ ...life(-10, 30), extensions: [makeDnsNames(host)] }),
    key: keys("p256").privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    intermediates: sent,
    roots: trusted.join(""),
    host,
  };
}
