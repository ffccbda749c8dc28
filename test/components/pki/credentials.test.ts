import assert from "node:assert/strict";
import { createPrivateKey, createPublicKey } from "node:crypto";
import { all, isSecret } from "@pulumi/pulumi";
import { type CredentialsArgs } from "../../../components/pki";
import { Backend, Orchestrator } from "../../../components/substra";
import { keyMatchesCertificate, readCertificate } from "../../../x509";
import { makeRequest } from "../../unit/x509/make-request";
import { example } from "../choreo-connect/make-stack";
import { PROJECT_URL, greeter } from "../choreo/make-project";
import { CONSORTIUM, enrol, runMember, stacksOf } from "../enrollment/parties";
import { makeExistingCa } from "../fake-tls";
import { runProgram, type Run } from "../mock-engine";
import { SECTIONS, runStack } from "../run-stack";
import { runSpinnaker } from "../spinnaker/parts";
import { backendArgs, orchestratorArgs, ownCredentials } from "../substra/parts";
import { find, treeOf } from "../tree";
import { valueOf } from "../value-of";
import { reveal } from "../wire";
import { EXISTING_KEY, existingCertificate } from "./existing";
import { partyProgram, type Party } from "./party";
import { signedPem } from "./signed-request";

const CA = makeExistingCa("Consortium CA");

/** A party with its own key and certificate. */
function party(args: Partial<CredentialsArgs> = {}): Promise<Run<Party>> {
  return runProgram(partyProgram(CA, { dnsNames: ["org-1.example"], role: "server", ...args }));
}

const KEY = "tls:index/privateKey:PrivateKey";
const CERTIFICATE = "tls:index/locallySignedCert:LocallySignedCert";
const SECRET = "kubernetes:core/v1:Secret";
const IDENTITY = "countersign:pki:Identity";
const WRAPPER = "countersign:pki:Certificate";

/** A URN in the test's stack, of a resource below components of these types. */
const urn = (types: readonly string[], name: string) =>
  `urn:pulumi:test::countersign::${types.join("$")}::${name}`;

/** Checks the URNs that a resource may have in an older state. */
function assertFormerly(
  { resources, errors }: Run<unknown>,
  [type, name]: readonly [type: string, name: string],
  ...urns: string[]
) {
  assert.deepEqual(errors, []);
  assert.deepEqual(find(resources, name, type).aliases, urns, name);
}

/** A party, with the place of its resources in an older state. */
interface Kept {
  readonly run: Run<unknown>;
  /** Name of the party's component. */
  readonly name: string;
  /** Types of the components above its resources, the outermost first; the last one is the party's. */
  readonly within: readonly string[];
  /** Name of the component that was around the key. */
  readonly identity: string;
}

/** Checks that a party keeps what it has in a state with a component around its key, and another around its certificate. */
function assertKept({ run, name, within, identity }: Kept) {
  const around = (component: string, ...last: [type: string, name: string]) =>
    urn([...within, component, last[0]], last[1]);
  const certificate = `${name}-certificate`;
  assertFormerly(run, [KEY, `${name}-key`], around(IDENTITY, KEY, `${identity}-key`));
  assertFormerly(run, [CERTIFICATE, certificate], around(WRAPPER, CERTIFICATE, certificate));
}

describe("the credentials of a party", () => {
  const ownTree = ({ resources }: Run<unknown>) => treeOf(resources).slice(2);

  it("are a key and a certificate, directly below the party", async () => {
    const run = await party();
    assert.deepEqual(run.errors, []);
    assert.deepEqual(ownTree(run), [
      "test:index:Party org-1",
      `  ${CERTIFICATE} org-1-certificate`,
      `  ${KEY} org-1-key`,
    ]);
    assert.ok(run.value);
    const { privateKeyPem, certificatePem, chainPem, issued } = run.value.credentials;
    assert.equal(await isSecret(privateKeyPem), true);
    assert.equal(await isSecret(all([certificatePem, chainPem, issued])), false);
    const certificate = await valueOf(certificatePem);
    assert.equal(keyMatchesCertificate(await valueOf(privateKeyPem), certificate), true);
    const { subject, dnsNames, extendedKeyUsages } = readCertificate(certificate);
    assert.equal(subject.text, "O=MyOrg1MSP, CN=org-1");
    assert.deepEqual([dnsNames, extendedKeyUsages], [["org-1.example"], ["serverAuth"]]);
  });

  it("are stated by the party, under the certificate's name", async () => {
    const { resources } = await party({ owner: "Organization 1" });
    assert.deepEqual(reveal(find(resources, "org-1", "Party").inputs), {
      certificates: {
        "org-1-certificate": {
          owner: "Organization 1",
          source: "organizations.MyOrg1MSP",
          origin: "issued",
          issuer: "ca/g1",
          renewBeforeHours: 300,
          granted: {
            organization: "MyOrg1MSP",
            commonName: "org-1",
            dnsNames: ["org-1.example"],
          },
        },
      },
    });
  });

  it("have the name of the key only in that of its resource", async () => {
    assert.deepEqual(ownTree(await party({ key: "k2" })), [
      "test:index:Party org-1",
      `  ${CERTIFICATE} org-1-certificate`,
      `  ${KEY} org-1-key-k2`,
    ]);
  });

  it("have no key of their own if one is given, and no certificate while a given one is good", async () => {
    const existing = { key: "existing", existingKey: EXISTING_KEY };
    const issued = ["test:index:Party org-1", `  ${CERTIFICATE} org-1-certificate`];
    assert.deepEqual(ownTree(await party(existing)), issued);
    const due = { ...existing, existingCertificate: existingCertificate(300) };
    assert.deepEqual(ownTree(await party(due)), issued);
    const good = { ...existing, existingCertificate: existingCertificate(301) };
    assert.deepEqual(ownTree(await party(good)), issued.slice(0, 1));
  });
});

/** Aliases must be the URNs that earlier versions deployed; otherwise an upgrade creates new keys and certificates. */
describe("what an earlier version deployed is kept", () => {
  it("for a party, whose key and certificate had a component of their own around them", async () => {
    const within = ["test:index:Party"];
    const run = await party();
    assertKept({ run, name: "org-1", within, identity: "org-1-identity" });
  });

  it("for a backend, whose credentials stood beside it, and in a still older state below it", async () => {
    const backend = (args: Parameters<typeof ownCredentials>[0]) =>
      runProgram(
        () => new Backend("my-org1-msp", { ...backendArgs(), credentials: ownCredentials(args) }),
      );
    const formerly = (component: string, ...[type, name]: [type: string, name: string]) =>
      ["countersign:substra:IssuedCredentials", "countersign:substra:Backend"].map((party) =>
        urn([party, component, type], name),
      );
    const cases = [
      { key: "k1", own: "my-org1-msp-key", identity: "my-org1-msp-client" },
      { key: "k2", own: "my-org1-msp-key-k2", identity: "my-org1-msp-client-k2" },
    ];
    for (const { key, own, identity } of cases) {
      const run = await backend({ key });
      assertFormerly(run, [KEY, own], ...formerly(IDENTITY, KEY, `${identity}-key`));
      const certificate = "my-org1-msp-certificate";
      assertFormerly(
        run,
        [CERTIFICATE, certificate],
        ...formerly(WRAPPER, CERTIFICATE, certificate),
      );
    }
  });

  it("for a certificate whose request a resource of its own had written", async () => {
    const run = await runStack(SECTIONS);
    assert.deepEqual(run.errors, []);
    const storedOf = (name: string, type: string) =>
      run.state.get(find(run.resources, name, type).urn);
    const name = "my-org1-msp-certificate";
    const stored = storedOf(name, CERTIFICATE);
    assert.ok(stored);
    const { privateKeyPem } = reveal(storedOf("my-org1-msp-key", KEY)?.outputs) as {
      privateKeyPem: string;
    };
    const certRequestPem = makeRequest({
      subject: [
        ["O", "MyOrg1MSP"],
        ["CN", "substra.org-1.example"],
      ],
      keys: {
        privateKey: createPrivateKey(privateKeyPem),
        publicKey: createPublicKey(privateKeyPem),
      },
    });
    assert.notEqual(signedPem(run, name), certRequestPem);
    const earlier = new Map(run.state).set(find(run.resources, name, CERTIFICATE).urn, {
      ...stored,
      inputs: { ...(stored.inputs as object), certRequestPem },
      outputs: { ...(stored.outputs as object), certRequestPem },
    });
    const later = await runStack(SECTIONS, { state: earlier });
    assert.deepEqual(later.errors, []);
    assert.deepEqual(later.state, earlier);
  });

  it("for an orchestrator", async () => {
    const run = await runProgram(() => new Orchestrator("orchestrator", orchestratorArgs()));
    const within = ["countersign:substra:Orchestrator"];
    assertKept({ run, name: "orchestrator", within, identity: "orchestrator-server" });
  });

  it("for a service of Spinnaker", async () => {
    const run = await runSpinnaker();
    const name = "spinnaker-orca";
    const within = ["countersign:spinnaker:Spinnaker", "countersign:spinnaker:ServiceCredentials"];
    assertKept({ run, name, within, identity: `${name}-server` });
  });

  it("for a component of Choreo, also while it has only a key", async () => {
    const name = "choreo-greeter-server";
    const run = await runStack(greeter({ projectUrl: PROJECT_URL }), { cluster: false });
    const within = ["countersign:choreo:Choreo", "countersign:choreo:Component"];
    assertKept({ run, name, within, identity: `${name}-identity` });
    const waiting = await runStack(greeter(), { cluster: false });
    const key = urn([...within, IDENTITY, KEY], `${name}-identity-key`);
    assertFormerly(waiting, [KEY, `${name}-key`], key);
  });

  it("for a pair of Choreo Connect, whose Secret belonged to the gateway", async () => {
    const run = await runStack(example("kubernetes"));
    const gateway = "countersign:choreo-connect:ChoreoConnect";
    const within = [gateway, "countersign:choreo-connect:Pair"];
    for (const part of ["router", "enforcer", "adapter", "backend-payments", "backend-ratings"]) {
      const name = `choreo-connect-${part}`;
      assertKept({ run, name, within, identity: `${name}-identity` });
      const secret = `${name}-keys`;
      assertFormerly(run, [SECRET, secret], urn([gateway, SECRET], secret));
    }
    // The Secret of the token signer, which is no party, still belongs to the gateway.
    assertFormerly(run, [SECRET, "choreo-connect-token-signer-keys"]);
  });

  it("for an organization in its own stack, each of whose keys had a component around it", async () => {
    const { signed, deployed } = await enrol();
    const run = await runMember(
      { certificate: { keys: ["k1", "k2"] } },
      { state: deployed.state, stacks: stacksOf({ [CONSORTIUM]: signed }) },
    );
    const within = ["countersign:enrollment:Enrollment", IDENTITY];
    for (const key of ["k1", "k2"]) {
      const own = `my-org2-msp-${key}-key`;
      assertFormerly(run, [KEY, own], urn([...within, KEY], own));
    }
  });

  it("for an organization of another stack, whose certificate had a component around it", async () => {
    const { signed } = await enrol();
    const within = ["countersign:enrollment:RegistrationAuthority", WRAPPER];
    const name = "my-org2-msp-certificate";
    assertFormerly(signed, [CERTIFICATE, name], urn([...within, CERTIFICATE], name));
  });
});
