import assert from "node:assert/strict";
import { digestOfAdmission as digestOf } from "../../../enrollment/admission-files";
import { setbacksOf, type InUse } from "../../../enrollment/setbacks";
import {
  decideStanding,
  type Member,
  type MemberMemory,
  type Standing,
} from "../../../enrollment/standing";
import {
  ADMISSION_FORM,
  expectedOf,
  endpointSetbacks,
  type SubstraAdmission,
} from "../../../systems/substra/admission";
import { readCertificate } from "../../../x509";
import { makeCa, makeLeaf, type CertificateOptions } from "../x509/make-certificate";
import { keys } from "../x509/make-keys";
import { makeRequest } from "../x509/make-request";
import { AT, FINGERPRINTS, G1, makeAdmission } from "./make-admission";

type Deployed = InUse<SubstraAdmission>;
type Party = Member<SubstraAdmission>;

const ORIGIN = "enrollments/MyOrg1MSP";
const ACCEPT = "countersign:organizations.MyOrg1MSP.signedBy.accept";

const digestOfAdmission = (admission: SubstraAdmission) => digestOf(admission, ADMISSION_FORM);
const certificate = (notBefore: string, notAfter: string, more: CertificateOptions = {}) =>
  makeLeaf({ notBefore, notAfter, ...more });

/** A newer CA than the first one, which signs in the next step of a rotation. */
const NEWER: CertificateOptions = {
  subject: [["CN", "Newer CA"]],
  issuer: [["CN", "Newer CA"]],
  keys: keys("p521"),
  signer: keys("p521"),
  subjectKeyId: "cb",
  authorityKeyId: "cb",
};
const G2 = makeCa({ ...NEWER, notBefore: "2025-03-01T00:00:00Z" });
const G2_FINGERPRINT = readCertificate(G2).fingerprint;
const byG2 = makeLeaf({
  issuer: [["CN", "Newer CA"]],
  signer: keys("p521"),
  authorityKeyId: "cb",
  notBefore: "2025-04-01T00:00:00Z",
});

const g1 = (state: "signing" | "trusted") => ({ g1: { state, certificate: G1 } });
const g2 = (state: "signing" | "trusted") => ({ g2: { state, certificate: G2 } });

/** A rotation as an organization sees it: a generation is announced, then signs, then the first is dropped. */
const ROTATION: readonly SubstraAdmission[] = [
  makeAdmission({ authorities: g1("signing") }),
  makeAdmission({ authorities: { ...g1("signing"), ...g2("trusted") } }),
  makeAdmission({ certificate: byG2, authorities: { ...g1("trusted"), ...g2("signing") } }),
  makeAdmission({ certificate: byG2, authorities: g2("signing") }),
];

const inUse = (admission: SubstraAdmission, changes: Partial<Deployed> = {}): Deployed => ({
  admission,
  trust: { fingerprints: [FINGERPRINTS.g1, G2_FINGERPRINT], firstUse: false },
  firstUse: undefined,
  retired: [],
  furtherSetbacks: endpointSetbacks({ orchestrator: {} }),
  ...changes,
});
const codesOf = (from: number, to: number, retired: readonly string[] = []) => {
  const [before, after] = [ROTATION[from], ROTATION[to]];
  assert.ok(before && after);
  return setbacksOf(after, inUse(before, { retired }), AT).map((text) =>
    text.split(" ").slice(0, 3).join(" "),
  );
};

describe("the setbacks of an admission", () => {
  it("are none while a rotation goes forward, even if steps are skipped", () => {
    for (const [from, to] of [
      [0, 0],
      [0, 1],
      [1, 2],
      [2, 3],
      [0, 2],
      [1, 3],
      [0, 3],
    ] as const) {
      assert.deepEqual(codesOf(from, to), [], `${from} to ${to}`);
    }
  });

  it("exist in every step of a rotation that goes backward", () => {
    assert.deepEqual(codesOf(1, 0), ["it removes CA"]);
    assert.deepEqual(codesOf(2, 0), ["its certificate is", "it removes CA"]);
    assert.deepEqual(codesOf(2, 1), ["its certificate is"]);
    assert.deepEqual(codesOf(3, 2, [FINGERPRINTS.g1]), ["it restores CA"]);
    assert.deepEqual(codesOf(3, 1, [FINGERPRINTS.g1]), ["its certificate is", "it restores CA"]);
    assert.deepEqual(codesOf(3, 0, [FINGERPRINTS.g1]), [
      "its certificate is",
      "it removes CA",
      "it restores CA",
    ]);
  });

  it("include a certificate that was issued earlier, or at the same time with a shorter validity", () => {
    const older = (is: [string, string], was: [string, string], at = AT) =>
      setbacksOf(
        makeAdmission({ certificate: certificate(...is) }),
        inUse(makeAdmission({ certificate: certificate(...was) })),
        at,
      );
    const [jan, feb, mar] = [
      "2025-01-01T00:00:00Z",
      "2025-02-01T00:00:00Z",
      "2025-03-01T00:00:00Z",
    ];
    const [aug, sep] = ["2025-08-01T00:00:00Z", "2025-09-01T00:00:00Z"];
    const text = `its certificate is older than the one in use: valid ${jan} to ${aug}, in place of ${feb} to ${sep}`;
    assert.deepEqual(older([jan, aug], [feb, sep]), [text]);
    assert.equal(older([jan, sep], [feb, aug]).length, 1);
    assert.equal(older([feb, aug], [feb, sep]).length, 1);
    assert.deepEqual(older([feb, sep], [feb, aug]), []);
    // The signer has shortened the validity.
    assert.deepEqual(older([mar, aug], [feb, sep]), []);
    // An expired certificate is no longer in use.
    assert.deepEqual(older([jan, sep], [feb, mar]), []);
    assert.equal(older([jan, sep], [feb, mar], new Date(feb)).length, 1);
  });

  it("do not include a certificate for another key: the configuration decides which one is in use", () => {
    const older = makeAdmission({
      certificate: certificate("2024-01-01T00:00:00Z", "2025-08-01T00:00:00Z", {
        keys: keys("otherP256"),
      }),
    });
    assert.deepEqual(setbacksOf(older, inUse(makeAdmission()), AT), []);
  });

  it("do not include a CA that is not trusted here, has expired, or has another certificate", () => {
    const before = makeAdmission({ authorities: { ...g1("signing"), ...g2("trusted") } });
    const after = makeAdmission();
    const trust = { fingerprints: [FINGERPRINTS.g1], firstUse: false };
    assert.deepEqual(setbacksOf(after, inUse(before, { trust }), AT), []);
    assert.equal(setbacksOf(after, inUse(before), AT).length, 1);
    const late = new Date("2031-06-01T00:00:00Z");
    assert.deepEqual(setbacksOf(after, inUse(before), late), []);
    const renewed = makeCa({ ...NEWER, notBefore: "2025-02-01T00:00:00Z" });
    const again = makeAdmission({
      authorities: { ...g1("signing"), g2: { state: "trusted", certificate: renewed } },
    });
    const all = [FINGERPRINTS.g1, G2_FINGERPRINT, readCertificate(renewed).fingerprint];
    const known = { trust: { fingerprints: all, firstUse: false } };
    assert.deepEqual(setbacksOf(again, inUse(before, known), AT), []);
  });

  it("include the endpoint that is dialled, and no other", () => {
    const { orchestrator } = makeAdmission();
    const moved = (changes: object, sameCluster = false) =>
      setbacksOf(
        makeAdmission({ orchestrator: { ...orchestrator, ...changes } }),
        inUse(makeAdmission(), {
          furtherSetbacks: endpointSetbacks({ orchestrator: { sameCluster } }),
        }),
        AT,
      );
    const external = { host: "evil.example", port: 8443 };
    assert.deepEqual(moved({ external }), [
      "it moves the orchestrator from orchestrator.example.org:443, which is dialled now, to evil.example:8443",
    ]);
    assert.deepEqual(moved({ external: undefined }), [
      "it moves the orchestrator from orchestrator.example.org:443, which is dialled now, to nowhere",
    ]);
    assert.deepEqual(moved({ external }, true), []);
    assert.equal(moved({ internal: external }, true).length, 1);
    assert.deepEqual(moved({ chart: { name: "orchestrator", version: "9.0.0" } }), []);
  });
});

describe("an admission with setbacks", () => {
  const member = (changes: Partial<Party> = {}): Party => ({
    ...expectedOf("MyOrg1MSP"),
    keys: { names: ["k1"], algorithm: "ECDSA-P256" },
    trust: { fingerprints: [FINGERPRINTS.g1, G2_FINGERPRINT], firstUse: false },
    furtherSetbacks: endpointSetbacks({ orchestrator: {} }),
    ...changes,
  });
  const [OLDEST, , , NEWEST] = ROTATION as [
    SubstraAdmission,
    SubstraAdmission,
    SubstraAdmission,
    SubstraAdmission,
  ];
  const REQUESTS = { k1: makeRequest() };
  const decide = (
    value: SubstraAdmission,
    memory: MemberMemory<SubstraAdmission>,
    accept?: string,
  ): Standing =>
    decideStanding(
      member({ accept }),
      { origin: ORIGIN, admission: { kind: "here", value } },
      memory,
      AT,
    );
  const memory = { requests: REQUESTS, admission: NEWEST, retired: [FINGERPRINTS.g1] };
  const digest = digestOfAdmission(OLDEST);

  it("is refused, with each setback, and with the setting that would accept it", () => {
    const advice = `ask the consortium over another channel whether this is intended, and set ${ACCEPT} to ${digest} if so`;
    const message = [
      `the certificate of MyOrg1MSP from ${ORIGIN} is refused, and nothing was changed:`,
      `  - its certificate is older than the one in use: valid 2025-01-01T00:00:00Z to 2026-01-01T00:00:00Z, in place of 2025-04-01T00:00:00Z to 2026-01-01T00:00:00Z: ${advice}`,
      `  - it removes CA generation g2 (CN=Newer CA, SHA-256 ${G2_FINGERPRINT}), which is trusted now and newer than the signing CA: certificates signed by it would be refused: ${advice}`,
      `  - it restores CA generation g1 (CN=Test CA, SHA-256 ${FINGERPRINTS.g1}), which was trusted before and then removed: ${advice}`,
    ].join("\n");
    const other = digestOfAdmission(NEWEST);
    for (const accept of [undefined, other]) {
      assert.throws(() => decide(OLDEST, memory, accept), { name: "AdmissionRefused", message });
    }
  });

  it("is accepted if the configuration accepts exactly this one, and is reported as long as it is in use", () => {
    const { accepted, warnings, retired } = decide(OLDEST, memory, digest);
    assert.equal(accepted?.admission, OLDEST);
    assert.equal(accepted.setbacks.length, 3);
    assert.deepEqual(
      warnings,
      accepted.setbacks.map((text) => `${text}; ${ACCEPT} accepts it`),
    );
    assert.deepEqual(retired, [G2_FINGERPRINT]);
    const { setbacks } = accepted;
    const after = { requests: REQUESTS, admission: OLDEST, setbacks, retired };
    for (const accept of [digest, undefined]) {
      const again = decide(OLDEST, after, accept);
      assert.deepEqual([again.accepted?.setbacks, again.warnings], [setbacks, []]);
      assert.deepEqual(again.retired, retired);
    }
    const nothing = decideStanding(
      member(),
      { origin: ORIGIN, admission: { kind: "missing", reason: "nothing came" } },
      after,
      AT,
    );
    assert.deepEqual([nothing.accepted?.setbacks, nothing.retired], [setbacks, retired]);
    // Going forward again restores what had been removed.
    assert.throws(() => decide(NEWEST, after), /it restores CA generation g2/);
  });

  it("is followed by others that are checked for their own setbacks", () => {
    const moved = makeAdmission({
      certificate: certificate("2025-05-01T00:00:00Z", "2026-05-01T00:00:00Z"),
    });
    const after = { requests: REQUESTS, admission: makeAdmission(), setbacks: ["it was odd"] };
    const { accepted, warnings } = decide(moved, after);
    assert.deepEqual([accepted?.setbacks, warnings], [[], []]);
  });

  it("is identified by its content, however it was sent", () => {
    const shuffled = { ...OLDEST, authorities: { ...OLDEST.authorities } };
    assert.equal(digestOfAdmission(shuffled), digest);
    const lines = OLDEST.certificate.replaceAll("\n", "\r\n");
    assert.equal(digestOfAdmission({ ...OLDEST, certificate: lines }), digest);
    assert.notEqual(digestOfAdmission({ ...OLDEST, channels: ["other"] }), digest);
  });
});
