import assert from "node:assert/strict";
import { createPublicKey } from "node:crypto";
import { acceptAdmission } from "../../../../enrollment/admission";
import {
  admissionInDirectory,
  filesOfAdmission,
  requestInFile,
} from "../../../../enrollment/files";
import { decideRequests } from "../../../../enrollment/requests";
import { ADMISSION_FORM, expectedOf } from "../../../../systems/substra/admission";
import { termsOf } from "../../../../systems/substra/enrollments";
import { KEY_ALGORITHMS } from "../../../../x509";
import { AT, FINGERPRINTS, makeAdmission } from "../../enrollment/make-admission";
import { makeCa, makeLeaf } from "../../x509/make-certificate";
import { keys } from "../../x509/make-keys";
import { makeRequest } from "../../x509/make-request";
import { Project, requestOfOrg1 } from "./project";

type Change = (text: string) => string | Buffer;

/** Changes by Windows and mail programs that do not change the meaning of a text. */
const UNAMBIGUOUS: Readonly<Record<string, Change>> = {
  "as it was written": (text) => text,
  "with a byte order mark": (text) => `\uFEFF${text}`,
  "in UTF-16": (text) => Buffer.from(`\uFEFF${text}`, "utf16le"),
  "in UTF-16 with the other byte order": (text) => Buffer.from(`\uFEFF${text}`, "utf16le").swap16(),
  "with Windows line ends": (text) => text.replaceAll("\n", "\r\n"),
  "with blanks at the ends of lines": (text) => text.replaceAll("\n", " \n"),
};

const JWK = JSON.stringify(keys("p256").privateKey.export({ format: "jwk" }));
const PKCS8 = keys("p256").privateKey.export({ type: "pkcs8", format: "der" }).toString("base64");
const STORE = Buffer.from("308209e2020103308209a806092a864886f70d010701a0820999", "hex");

/** Private keys that must be refused in any file. */
const HIDDEN_KEYS: Readonly<Record<string, Change>> = {
  "with a JSON Web Key after it": (text) => `${text}# ${JWK}\n`,
  "with base64 of a key after it": (text) => `${text}# ${PKCS8}\n`,
  "with hex of a key after it": (text) =>
    `${text}# ${Buffer.from(PKCS8, "base64").toString("hex")}\n`,
  "with a key of PuTTY after it": (text) => `${text}# PuTTY-User-Key-File-3: ssh-rsa\n`,
  "with base64 of a PKCS#12 store after it": (text) => `${text}# ${STORE.toString("base64")}\n`,
};

/** A P-256 key whose point is the point at infinity. */
const INFINITY = Buffer.from("3019301306072a8648ce3d020106082a8648ce3d03010703020000", "hex");

/** Creates a certificate for an RSA key whose modulus is divisible by three. */
function weakLeaf(): string {
  const n = Buffer.from((3n * (2n ** 2046n + 1n)).toString(16), "hex").toString("base64url");
  const publicKey = createPublicKey({ key: { kty: "RSA", n, e: "AQAB" }, format: "jwk" });
  return makeLeaf({ keys: { ...keys("p256"), publicKey } });
}

describe("an admission", () => {
  let project: Project;
  beforeEach(() => (project = new Project()));
  afterEach(() => project.remove());

  const DIRECTORY = "enrollments/MyOrg1MSP";
  const trust = { fingerprints: [FINGERPRINTS.g1], firstUse: false };

  /** Returns whether the import and whether the program accept these files. */
  function taken(certificate: string, file: string, change: Change): [boolean, boolean] {
    project.configure({
      organizations: {
        MyOrg1MSP: { signedBy: { directory: DIRECTORY, trust: trust.fingerprints } },
      },
    });
    const request = requestOfOrg1();
    project.write(`${DIRECTORY}/request.pem`, request);
    for (const [name, text] of Object.entries(
      filesOfAdmission(makeAdmission({ certificate }), ADMISSION_FORM),
    )) {
      const content = name === file ? change(text) : text;
      project.write(`inbox/${name}`, content);
      project.write(`received/${name}`, content);
    }
    return [
      isTaken(() => {
        const { verdicts } = project.takeIn(["inbox"], { dryRun: true });
        return verdicts.every(({ decision }) => decision === "accepted");
      }),
      isTaken(() => {
        const received = admissionInDirectory(
          project.path("received"),
          "MyOrg1MSP",
          ADMISSION_FORM,
        );
        if (received.kind === "missing") return false;
        const requests = { k1: request };
        const applicant = { ...expectedOf("MyOrg1MSP"), requests, trust };
        acceptAdmission(received.value, { ...applicant, firstUse: undefined }, AT, "here");
        return true;
      }),
    ];
  }

  for (const file of ["certificate.pem", "trust.pem", "consortium.yaml"]) {
    for (const [how, change] of Object.entries(UNAMBIGUOUS))
      it(`is accepted by import and by the program with ${file} ${how}`, () => {
        assert.deepEqual(taken(makeLeaf(), file, change), [true, true]);
      });
    for (const [how, change] of Object.entries(HIDDEN_KEYS))
      it(`is accepted by neither with ${file} ${how}`, () => {
        assert.deepEqual(taken(makeLeaf(), file, change), [false, false]);
      });
  }

  const certificates: Readonly<Record<string, () => string>> = {
    "of a CA": () => makeLeaf({ ca: {} }),
    "of the CA that signs": () => makeCa(),
    "of another organization": () => makeLeaf({ subject: [["O", "MyOrg2MSP"]] }),
    "for another key": () => makeLeaf({ keys: keys("otherP256") }),
    "for a weak key": weakLeaf,
    "that has expired": () => makeLeaf({ notAfter: "2025-02-01T00:00:00Z" }),
  };
  for (const [what, make] of Object.entries(certificates))
    it(`is accepted by neither with the certificate ${what}`, () => {
      assert.deepEqual(
        taken(make(), "", (text) => text),
        [false, false],
      );
    });

  const garbled: Readonly<Record<string, Change>> = {
    "folded into one line": (text) => text.replaceAll("\n", " "),
    "with two characters for a line end": (text) => text.replaceAll("\n", "\\n"),
    "in base64": (text) => Buffer.from(text).toString("base64"),
    "in quotation marks": (text) => `"${text.trimEnd()}"`,
  };
  for (const file of ["certificate.pem", "trust.pem"])
    for (const [how, change] of Object.entries(garbled))
      it(`is accepted by neither with ${file} ${how}`, () => {
        assert.deepEqual(taken(makeLeaf(), file, change), [false, false]);
      });

  it("is refused with the reason if its certificate is a CA's", () => {
    project.configure({
      organizations: {
        MyOrg1MSP: { signedBy: { directory: DIRECTORY, trust: trust.fingerprints } },
      },
    });
    const files = filesOfAdmission(
      makeAdmission({ certificate: makeLeaf({ ca: {} }) }),
      ADMISSION_FORM,
    );
    for (const [name, text] of Object.entries(files)) project.write(`inbox/${name}`, text);
    const reasons = project.takeIn(["inbox"]).verdicts.flatMap((verdict) => verdict.reasons);
    assert.deepEqual(reasons, ["it is a CA's own certificate (CA:TRUE), and no party needs one"]);
  });

  it("causes no warnings of the YAML parser, which would quote lines", () => {
    const said: unknown[] = [];
    const own = Object.getOwnPropertyDescriptor(process, "emitWarning");
    process.emitWarning = (...all: unknown[]) => void said.push(...all);
    try {
      const odd: Change = (text) => text.replace("- mychannel", "- !odd mychannel");
      const [byImport, byProgram] = taken(makeLeaf(), "consortium.yaml", odd);
      assert.equal(byImport, byProgram);
    } finally {
      if (own) Object.defineProperty(process, "emitWarning", own);
    }
    assert.deepEqual(said, []);
  });
});

describe("a request", () => {
  let project: Project;
  beforeEach(() => (project = new Project()));
  afterEach(() => project.remove());

  const PLACE = "enrollments/MyOrg1MSP/request.pem";

  function taken(content: string | Buffer): [boolean, boolean] {
    project.configure({ enrollments: { MyOrg1MSP: { request: { file: PLACE } } } });
    project.write("inbox/request.pem", content);
    project.write(PLACE, content);
    return [
      isTaken(() => {
        const { verdicts } = project.takeIn(["inbox"], { dryRun: true });
        return verdicts.every(({ decision }) => decision === "accepted");
      }),
      isTaken(() => {
        const received = requestInFile(project.path(PLACE));
        const keyAlgorithms = KEY_ALGORITHMS.filter((algorithm) => algorithm !== "Ed25519");
        const applied = {
          received,
          terms: termsOf("MyOrg1MSP", { terms: { dnsNames: [], keyAlgorithms } }),
        };
        decideRequests(new Map([["MyOrg1MSP", applied]]), { requests: {}, keys: {} }, {});
        return true;
      }),
    ];
  }

  for (const [how, change] of Object.entries(UNAMBIGUOUS))
    it(`is accepted by import and by the program ${how}`, () => {
      assert.deepEqual(taken(change(makeRequest())), [true, true]);
    });

  const refused: Readonly<Record<string, () => string | Buffer>> = {
    ...Object.fromEntries(
      Object.entries(HIDDEN_KEYS).map(([how, change]) => [how, () => change(makeRequest())]),
    ),
    "for a key at infinity": () => makeRequest({ spki: INFINITY }),
    "for a common name with a port": () =>
      makeRequest({
        subject: [
          ["O", "MyOrg1MSP"],
          ["CN", "orchestrator-server:9000"],
        ],
      }),
    "folded into one line": () => makeRequest().replaceAll("\n", " "),
    "in base64": () => Buffer.from(makeRequest()).toString("base64"),
    "that is a private key in DER": () => Buffer.from(PKCS8, "base64"),
    "that is a PKCS#12 store": () => STORE,
  };
  for (const [what, make] of Object.entries(refused))
    it(`is accepted by neither ${what}`, () => {
      assert.deepEqual(taken(make()), [false, false]);
    });
});

describe("a request for an invalid key", () => {
  it("is shown as one that no configuration could grant", () => {
    const project = new Project();
    try {
      project.configure({});
      project.write("request.pem", makeRequest({ spki: INFINITY }));
      const [verdict] = project.takeIn(["request.pem"]).verdicts;
      assert.deepEqual(verdict?.reasons, ["its key is unreadable: it is the point at infinity"]);
      assert.equal(verdict.proposal, undefined);
    } finally {
      project.remove();
    }
  });
});

/** Returns whether something is accepted; every refusal must be one of our own errors. */
function isTaken(take: () => boolean): boolean {
  try {
    return take();
  } catch (error) {
    assert.ok(error instanceof Error);
    assert.match(
      error.name,
      /^(PemError|DerError|CannotCheck|PrivateKeyFound|RequestsRefused|AdmissionRefused|ForAnotherKey)$/,
      error.stack ?? "",
    );
    return false;
  }
}
