import assert from "node:assert/strict";
import fc from "fast-check";
import { z } from "zod";
import { filesOfAdmission } from "../../../enrollment/files";
import { admissionForm, admissionOf, readDocument, requestOf } from "../../../enrollment/documents";
import { ADMISSION_FORM } from "../../../systems/substra/admission";
import { makeAdmissions } from "../cli/make-admissions";

const STACK = "stack organization/countersign/consortium";
const missing = (reason: string) => ({ kind: "missing", reason });

describe("documents of other stacks", () => {
  const document = makeAdmissions();

  const unreadable: [string, unknown, string][] = [
    ["nothing", undefined, "publishes nothing that this program can read"],
    ["null", null, "publishes nothing that this program can read"],
    ["a text", "format: 1", "publishes nothing that this program can read"],
    ["a map without format", {}, "publishes nothing that this program can read"],
    [
      "another format",
      { ...document, format: 2 },
      "publishes format 2, and this program reads 1: use one version of Countersign on both sides",
    ],
    [
      "a format in words, escaped",
      { format: "\u001b[31m1" },
      'publishes format "\\u{1b}[31m1", and this program reads 1: use one version of Countersign on both sides',
    ],
    [
      "a format that is not a value",
      { format: { toString: 1 } },
      "publishes format of another kind, and this program reads 1: use one version of Countersign on both sides",
    ],
    [
      "too little",
      { ...document, orchestrator: { ...document.orchestrator, internal: undefined } },
      "publishes something unreadable (orchestrator.internal: Invalid input: expected object, received undefined)",
    ],
    [
      "an address that is not a host",
      {
        ...document,
        orchestrator: {
          ...document.orchestrator,
          internal: { host: "a.example:1/?", port: 9000 },
        },
      },
      "publishes something unreadable (orchestrator.internal.host: not a host name)",
    ],
    [
      "a port above the highest",
      {
        ...document,
        orchestrator: { ...document.orchestrator, external: { host: "::1", port: 65536 } },
      },
      "publishes something unreadable (orchestrator.external.port: Too big: expected number to be <=65535)",
    ],
    [
      "a generation in an unknown state",
      { ...document, authorities: { g1: { state: "retired", certificate: "" } } },
      'publishes something unreadable (authorities.g1.state: Invalid option: expected one of "trusted"|"signing")',
    ],
    [
      "names with terminal escapes",
      { ...document, authorities: { "\u001b[31m": { state: "signing", certificate: "" } } },
      'publishes something unreadable ("authorities.\\u{1b}[31m": Invalid key in record)',
    ],
  ];
  for (const [what, content, reason] of unreadable) {
    it(`count as missing if there is ${what}`, () => {
      assert.deepEqual(
        readDocument(ADMISSION_FORM.admissions, content, STACK),
        missing(`${STACK} ${reason}`),
      );
    });
  }

  it("may contain more than this version reads", () => {
    const content = { ...document, later: true };
    assert.deepEqual(readDocument(ADMISSION_FORM.admissions, content, STACK), {
      kind: "here",
      value: document,
    });
  });

  it("never throw, whatever they contain, and the reason is one printable line", () => {
    const anything = fc.oneof(
      fc.jsonValue(),
      fc.record({ format: fc.oneof(fc.constant(1), fc.jsonValue()), authorities: fc.jsonValue() }),
    );
    fc.assert(
      fc.property(anything, (content) => {
        const read = readDocument(ADMISSION_FORM.admissions, content, STACK);
        assert.match("reason" in read ? read.reason : "", /^stack \P{C}{1,400}$/u);
      }),
    );
  });
});

describe("the request of an organization", () => {
  const organizations = { MyOrg1MSP: { request: "PEM", key: "k1" } };

  it("is read from what its stack publishes", () => {
    assert.deepEqual(requestOf({ format: 1, organizations }, "MyOrg1MSP", STACK, ADMISSION_FORM), {
      kind: "here",
      value: { request: "PEM", key: "k1" },
    });
  });

  it("is missing before the first update, in another format, and of another organization", () => {
    assert.deepEqual(
      requestOf(undefined, "MyOrg1MSP", STACK, ADMISSION_FORM),
      missing(`${STACK} publishes no requests yet`),
    );
    assert.deepEqual(
      requestOf({ format: 0 }, "MyOrg1MSP", STACK, ADMISSION_FORM),
      missing(
        `${STACK} publishes format 0, and this program reads 1: use one version of Countersign on both sides`,
      ),
    );
    for (const mspId of ["MyOrg2MSP", "constructor"]) {
      assert.deepEqual(
        requestOf({ format: 1, organizations }, mspId, STACK, ADMISSION_FORM),
        missing(`${STACK} publishes no request of ${mspId}`),
      );
    }
  });
});

describe("the admission of an organization", () => {
  const document = makeAdmissions();

  it("contains its own certificate, and what all organizations get", () => {
    const { authorities, orchestrator, organizations } = document;
    assert.deepEqual(admissionOf(document, "MyOrg1MSP", STACK, ADMISSION_FORM), {
      kind: "here",
      value: { mspId: "MyOrg1MSP", ...organizations.MyOrg1MSP, authorities, orchestrator },
    });
  });

  it("is missing before the first update, in another format, and for another organization", () => {
    assert.deepEqual(
      admissionOf(undefined, "MyOrg1MSP", STACK, ADMISSION_FORM),
      missing(`${STACK} publishes no admissions yet`),
    );
    assert.deepEqual(
      admissionOf([], "MyOrg1MSP", STACK, ADMISSION_FORM),
      missing(`${STACK} publishes nothing that this program can read`),
    );
    for (const mspId of ["MyOrg2MSP", "constructor"]) {
      assert.deepEqual(
        admissionOf(document, mspId, STACK, ADMISSION_FORM),
        missing(`${STACK} publishes no certificate for ${mspId}`),
      );
    }
  });
});

describe("the admission of a party of another system", () => {
  const { authorities, organizations } = makeAdmissions();
  const form = admissionForm({
    server: "the server",
    signer: "the signer",
    requestsOutput: "asked",
    admissionsOutput: "given",
    parties: "services",
    nameField: "service",
    documentFile: "authority.yaml",
    own: { port: z.int() },
    shared: { domain: z.string() },
  });
  const document = {
    format: 1,
    authorities,
    domain: "example.org",
    services: { web: { certificate: organizations.MyOrg1MSP?.certificate, port: 443 } },
  };

  it("has the fields and the words of that system, and no others", () => {
    const received = admissionOf({ ...document, orchestrator: {} }, "web", STACK, form);
    assert.equal(received.kind, "here");
    const { certificate } = received.value;
    const [port, domain] = [443, "example.org"];
    assert.deepEqual(received.value, { service: "web", certificate, authorities, port, domain });
    assert.match(
      filesOfAdmission(received.value, form)["authority.yaml"] ?? "",
      /^format: 1\nservice: web\nport: 443\nauthorities:\n(?: .*\n)+domain: example.org\n$/,
    );
  });

  it("is missing without these fields", () => {
    assert.deepEqual(
      admissionOf({ ...document, domain: 1 }, "web", STACK, form),
      missing(
        `${STACK} publishes something unreadable (domain: Invalid input: expected string, received number)`,
      ),
    );
  });
});
