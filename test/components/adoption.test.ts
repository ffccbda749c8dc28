import assert from "node:assert/strict";
import { keyMatchesCertificate, readCertificate } from "../../x509";
import { makeCa } from "../unit/x509/make-certificate";
import { makeDnsNames } from "../unit/x509/make-names";
import type { Run } from "./mock-engine";
import { EXISTING_KEY, existingCertificate } from "./pki/existing";
import { SECTIONS, runStack } from "./run-stack";
import { find, treeOf } from "./tree";
import { reveal } from "./wire";

const NAMES = [
  "orchestrator.example",
  "orchestrator-server",
  "orchestrator-server.orchestrator",
  "orchestrator-server.orchestrator.svc",
  "orchestrator-server.orchestrator.svc.cluster.local",
];
const SERVER = existingCertificate(2000, [["CN", "orchestrator"]], {
  extensions: [makeDnsNames(...NAMES)],
});
const CLIENT = existingCertificate(2000);
const ENROLLED = existingCertificate(2000, [["O", "MyOrg3MSP"]]);

/** A stack that adopts parties from elsewhere, with a CA that is only trusted. */
const TAKEN_OVER = (keys?: readonly string[]) => ({
  authority: {
    ...SECTIONS.authority,
    generations: { g0: { state: "trusted", certificate: makeCa() }, g1: { state: "signing" } },
  },
  orchestrator: {
    ...SECTIONS.orchestrator,
    channels: {
      mychannel: { organizations: ["MyOrg1MSP", "MyOrg3MSP"] },
      second: { organizations: ["MyOrg1MSP"] },
    },
    certificate: { existing: SERVER, key: EXISTING_KEY },
  },
  organizations: {
    MyOrg1MSP: {
      ...SECTIONS.organizations.MyOrg1MSP,
      certificate: { existing: CLIENT, key: EXISTING_KEY, ...(keys && { keys }) },
    },
  },
  enrollments: {
    MyOrg3MSP: { request: { file: "does/not/exist.pem" }, certificate: { existing: ENROLLED } },
  },
});

describe("a stack that adopts existing parties", () => {
  let run: Run<unknown>;
  before(async () => {
    run = await runStack(TAKEN_OVER());
    assert.deepEqual(run.errors, []);
  });

  const pairOf = ({ resources }: Run<unknown>, name: string) =>
    (reveal(find(resources, name).inputs) as { stringData: Record<string, string> }).stringData;
  const madeIn = ({ resources }: Run<unknown>) =>
    treeOf(resources)
      .map((line) => line.trim())
      .filter((line) => /PrivateKey|SignedCert/.test(line) && !line.includes(" ca-"));

  it("deploys them unchanged, and creates neither keys nor certificates", () => {
    assert.deepEqual(madeIn(run), []);
    assert.deepEqual(pairOf(run, "orchestrator-server-pair"), {
      "tls.crt": SERVER,
      "tls.key": EXISTING_KEY,
    });
    const client = pairOf(run, "my-org1-msp-client-pair");
    assert.equal(client["tls.crt"], CLIENT);
    assert.equal(client["tls.key"], EXISTING_KEY);
  });

  it("publishes the certificate of another stack's organization, with the channels that list it", () => {
    const outputs = reveal(run.outputs.get(find(run.resources, "countersign-test").urn)) as {
      admissions: { organizations: object; authorities: object };
      waiting: unknown;
    };
    assert.deepEqual(outputs.admissions.organizations, {
      MyOrg3MSP: { certificate: ENROLLED, channels: ["mychannel"] },
    });
    assert.deepEqual(Object.keys(outputs.admissions.authorities), ["g0", "g1"]);
    assert.deepEqual(outputs.waiting, { MyOrg3MSP: "there is no file does/not/exist.pem yet" });
  });

  it("creates and signs a key once another one is listed after the given one", async () => {
    const rotated = await runStack(TAKEN_OVER(["existing", "k2"]));
    assert.deepEqual(rotated.errors, []);
    assert.deepEqual(madeIn(rotated), [
      "tls:index/locallySignedCert:LocallySignedCert my-org1-msp-certificate",
      "tls:index/privateKey:PrivateKey my-org1-msp-key-k2",
    ]);
    const pair = pairOf(rotated, "my-org1-msp-client-pair");
    const { "tls.crt": certificate = "", "tls.key": key = "" } = pair;
    assert.notEqual(key, EXISTING_KEY);
    assert.equal(keyMatchesCertificate(key, certificate), true);
    assert.equal(
      readCertificate(certificate).subject.text,
      "O=MyOrg1MSP, CN=substra.org-1.example",
    );
  });
});
