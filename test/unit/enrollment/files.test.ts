import assert from "node:assert/strict";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import {
  FILES,
  admissionInDirectory,
  filesOfAdmission as filesOf,
  requestInFile,
  writePublicFile,
} from "../../../enrollment/files";
import { ADMISSION_FORM, type SubstraAdmission } from "../../../systems/substra/admission";
import { readCertificate } from "../../../x509";
import { keys } from "../x509/make-keys";
import { makeRequest } from "../x509/make-request";
import { FINGERPRINTS, G1, G2, makeAdmission } from "./make-admission";

describe("files that are exchanged", () => {
  let directory: string;
  beforeEach(() => (directory = mkdtempSync(join(tmpdir(), "countersign-files-"))));
  afterEach(() => rmSync(directory, { recursive: true }));

  const pathOf = (file: string) => join(directory, file);
  const filesOfAdmission = (admission: SubstraAdmission) => filesOf(admission, ADMISSION_FORM);
  const write = (admission: SubstraAdmission) => {
    for (const [file, text] of Object.entries(filesOfAdmission(admission))) {
      writePublicFile(pathOf(file), text);
    }
  };
  const edit = (file: string, change: (text: string) => string) =>
    writeFileSync(pathOf(file), change(readFileSync(pathOf(file), "utf8")));
  const read = () => admissionInDirectory(directory, "MyOrg1MSP", ADMISSION_FORM);
  const rotating = () =>
    makeAdmission({
      authorities: {
        g1: { state: "trusted", certificate: G1 },
        g2: { state: "signing", certificate: G2 },
      },
    });

  describe("with an admission", () => {
    it("contain it in readable form, the signing generation first", () => {
      const admission = rotating();
      assert.deepEqual(filesOfAdmission(admission), {
        "certificate.pem": admission.certificate,
        "trust.pem": G2 + G1,
        "consortium.yaml": `format: 1
mspId: MyOrg1MSP
channels:
  - mychannel
authorities:
  g2:
    state: signing
    fingerprint: ${FINGERPRINTS.g2}
  g1:
    state: trusted
    fingerprint: ${FINGERPRINTS.g1}
orchestrator:
  internal:
    host: orchestrator.internal.example
    port: 9000
  external:
    host: orchestrator.example.org
    port: 443
  dnsNames:
    - orchestrator.example.org
    - orchestrator.internal.example
  chart:
    name: orchestrator
    version: 8.8.0
`,
      });
    });

    it("return the same admission", () => {
      const { internal, dnsNames, chart } = makeAdmission().orchestrator;
      for (const admission of [
        makeAdmission(),
        rotating(),
        makeAdmission({ channels: [], orchestrator: { internal, dnsNames, chart } }),
      ]) {
        write(admission);
        assert.deepEqual(read(), { kind: "here", value: admission });
      }
    });

    it("are the same bytes for the same admission, whatever its order and line ends", () => {
      const admission = rotating();
      const { internal, external, dnsNames, chart } = admission.orchestrator;
      const { g1, g2 } = admission.authorities;
      assert.ok(g1 && g2);
      const same = {
        orchestrator: { chart, dnsNames, external, internal },
        channels: admission.channels,
        authorities: { g2: { ...g2, certificate: `\n${g2.certificate}\n` }, g1 },
        certificate: admission.certificate.replaceAll("\n", "\r\n"),
        mspId: admission.mspId,
      };
      assert.deepEqual(filesOfAdmission(same), filesOfAdmission(admission));
    });

    it("are read with Windows line ends and a byte order mark too", () => {
      const admission = rotating();
      write(admission);
      for (const file of readdirSync(directory)) {
        edit(file, (text) => `\uFEFF${text.replaceAll("\n", "\r\n")}`);
      }
      assert.deepEqual(read(), { kind: "here", value: admission });
    });

    it("are missing until all of them exist", () => {
      const none = (...files: string[]) => ({
        kind: "missing",
        reason: `there is no file ${files.map(pathOf).join(" and no file ")} yet`,
      });
      assert.deepEqual(read(), none(FILES.certificate, FILES.trust, ADMISSION_FORM.documentFile));
      write(makeAdmission());
      rmSync(pathOf(FILES.trust));
      assert.deepEqual(read(), none(FILES.trust));
    });

    it("are missing in another format", () => {
      write(makeAdmission());
      edit(ADMISSION_FORM.documentFile, (text) => text.replace("format: 1", "format: 2"));
      assert.deepEqual(read(), {
        kind: "missing",
        reason: `${pathOf(ADMISSION_FORM.documentFile)} publishes format 2, and this program reads 1: use one version of Countersign on both sides`,
      });
    });

    const other = makeAdmission({
      authorities: { g1: { state: "signing", certificate: G2 } },
    });
    const contradictions: [string, () => void, (path: typeof pathOf) => string][] = [
      [
        "are for another organization",
        () => write(makeAdmission({ mspId: "My\u041Erg1MSP" })),
        (path) =>
          `${path(ADMISSION_FORM.documentFile)} is for "My\\u{41e}rg1MSP", not for MyOrg1MSP`,
      ],
      [
        "are of two exports",
        () => {
          const { "trust.pem": trust = "" } = filesOfAdmission(other);
          edit(FILES.trust, () => trust);
        },
        (path) =>
          `${path(FILES.trust)} has no certificate of generation g1 (SHA-256 "${FINGERPRINTS.g1}"), which ${path(ADMISSION_FORM.documentFile)} names: take all files from one export`,
      ],
      [
        "have an additional CA",
        () => edit(FILES.trust, (text) => text + G2),
        (path) =>
          `${path(FILES.trust)} also has CA CN=Second CA (SHA-256 ${FINGERPRINTS.g2}), which ${path(ADMISSION_FORM.documentFile)} does not name: take all files from one export`,
      ],
      [
        "are not YAML",
        () => edit(ADMISSION_FORM.documentFile, () => "a: b: c"),
        (path) => `${path(ADMISSION_FORM.documentFile)} is not YAML`,
      ],
      [
        "are not a certificate",
        () => edit(FILES.certificate, () => "hello"),
        (path) =>
          `${path(FILES.certificate)} holds no PEM block: it should begin with a line \`-----BEGIN …-----\`.`,
      ],
    ];
    for (const [what, spoil, message] of contradictions) {
      it(`are refused if they ${what}`, () => {
        write(makeAdmission());
        spoil();
        assert.throws(read, (error) => {
          assert.ok(error instanceof Error);
          assert.equal(error.message, message(pathOf));
          return true;
        });
      });
    }

    it("are not created from text that is not a certificate", () => {
      const broken = { g1: { state: "signing", certificate: "" } } as const;
      assert.throws(() => filesOfAdmission(makeAdmission({ authorities: broken })), {
        name: "PemError",
        message: "the certificate of CA generation g1 is empty.",
      });
    });

    it("must not contain a private key, in any file and any form", () => {
      const key = keys("p256").privateKey;
      const pem = key.export({ type: "pkcs8", format: "pem" }).toString();
      const forms = [
        pem,
        key.export({ type: "sec1", format: "pem" }).toString(),
        pem.replaceAll("\n", "\r\n"),
        Buffer.from(readCertificate(G1).pem + pem).toString("base64"),
      ];
      for (const file of [FILES.certificate, FILES.trust, ADMISSION_FORM.documentFile]) {
        for (const form of forms) {
          write(makeAdmission());
          edit(file, (text) => `${text}\n${form}`);
          assert.throws(read, {
            name: "PrivateKeyFound",
            message: `${pathOf(file)} holds a private key, which must never leave its owner's stack: delete it, also from the repository's history, and make a new key`,
          });
        }
      }
    });

    it("name each generation by its fingerprint, which must be in the PEM file", () => {
      write(rotating());
      const document = parse(readFileSync(pathOf(ADMISSION_FORM.documentFile), "utf8")) as object;
      assert.deepEqual(Object.keys(document), [
        "format",
        "mspId",
        "channels",
        "authorities",
        "orchestrator",
      ]);
    });
  });

  describe("with a request", () => {
    it("contain it, or are missing", () => {
      const path = pathOf("org-1/request.pem");
      assert.deepEqual(requestInFile(path), {
        kind: "missing",
        reason: `there is no file ${path} yet`,
      });
      const request = makeRequest();
      writePublicFile(path, request);
      assert.deepEqual(requestInFile(path), { kind: "here", value: request });
    });

    it("must not contain a private key", () => {
      const path = pathOf(FILES.request);
      const pem = keys("p256").privateKey.export({ type: "pkcs8", format: "pem" }).toString();
      writeFileSync(path, makeRequest() + pem);
      assert.throws(() => requestInFile(path), { name: "PrivateKeyFound" });
    });
  });

  describe("are written", () => {
    it("atomically, over previous files, in new directories", () => {
      const path = pathOf("a/b/c.pem");
      writePublicFile(path, "one");
      writePublicFile(path, "two");
      assert.equal(readFileSync(path, "utf8"), "two");
      assert.deepEqual(readdirSync(pathOf("a/b")), ["c.pem"]);
    });

    it("not at all with a private key, and leave nothing behind if they cannot be", () => {
      const path = pathOf("a.pem");
      assert.throws(() => writePublicFile(path, "-----BEGIN PRIVATE KEY-----"), {
        name: "PrivateKeyFound",
      });
      assert.equal(existsSync(path), false);
      mkdirSync(path);
      assert.throws(() => writePublicFile(path, "text"), { code: "EISDIR" });
      assert.deepEqual(readdirSync(directory), ["a.pem"]);
    });
  });
});
