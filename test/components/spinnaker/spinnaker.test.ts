import assert from "node:assert/strict";
import { all, isSecret } from "@pulumi/pulumi";
import type { Spinnaker } from "../../../components/spinnaker";
import { exportedFiles } from "../../../components/spinnaker/exported-files";
import { usualAlgorithm } from "../../../components/spinnaker/spinnaker";
import type { Run } from "../mock-engine";
import { issued } from "../pki/existing";
import { find, treeOf } from "../tree";
import { isKnown, valueOf } from "../value-of";
import { reveal, visible } from "../wire";
import { makeInstallation } from "./make-installation";
import {
  NEW_CA,
  OLD_CA,
  OPERATOR,
  OTHER_CA,
  SERVICES,
  runSpinnaker,
  secretData,
  storeOf,
} from "./parts";

const credentials = (name: string, ...store: string[]) => [
  `  countersign:spinnaker:ServiceCredentials spinnaker-${name}`,
  `    kubernetes:core/v1:Secret spinnaker-${name}-keys`,
  ...store,
  `    tls:index/locallySignedCert:LocallySignedCert spinnaker-${name}-certificate`,
  `    tls:index/privateKey:PrivateKey spinnaker-${name}-key`,
];
const password = (name: string) =>
  `    random:index/randomPassword:RandomPassword spinnaker-${name}-store-password`;
const TREE = [
  "countersign:pki:CertificateAuthority ca",
  "  random:index/randomId:RandomId ca-g1-first",
  "  random:index/randomId:RandomId ca-g2-first",
  "countersign:spinnaker:Spinnaker spinnaker",
  ...credentials("dinghy"),
  ...credentials("echo", password("echo")),
  ...credentials("orca", password("orca")),
  "  kubernetes:core/v1:Secret spinnaker-echo-others",
  "  kubernetes:core/v1:Secret spinnaker-trust",
  "  kubernetes:spinnaker.io/v1alpha2:SpinnakerServicePatch spinnaker-service",
  "  random:index/randomPassword:RandomPassword spinnaker-trust-password",
  "kubernetes:core/v1:Namespace namespace-spinnaker",
];

/** Names of the Secrets of the three services, as the provider generated them. */
const SECRETS = {
  dinghy: { keys: "spinnaker-dinghy-keys-0a1b2c3d", trust: "spinnaker-trust-0a1b2c3d" },
  echo: {
    keys: "spinnaker-echo-keys-0a1b2c3d",
    trust: "spinnaker-trust-0a1b2c3d",
    others: "spinnaker-echo-others-0a1b2c3d",
  },
  orca: { keys: "spinnaker-orca-keys-0a1b2c3d", trust: "spinnaker-trust-0a1b2c3d" },
};

describe("Spinnaker", () => {
  let run: Run<Spinnaker>;
  let spinnaker: Spinnaker;
  before(async () => {
    run = await runSpinnaker();
    assert.deepEqual(run.errors, []);
    assert.ok(run.value);
    spinnaker = run.value;
  });

  it("consists of the credentials of each service, the trust stores, and what the target needs", () => {
    assert.deepEqual(treeOf(run.resources), TREE);
  });

  it("is the same at preview, with known names of Secrets and unknown secrets", async () => {
    const preview = await runSpinnaker({}, { preview: true });
    assert.deepEqual(preview.errors, []);
    assert.deepEqual(treeOf(preview.resources), TREE);
    assert.ok(preview.value);
    const { secrets, certificates, files } = preview.value;
    assert.deepEqual(await valueOf(secrets), SECRETS);
    assert.deepEqual(await valueOf(files), await valueOf(spinnaker.files));
    assert.equal(await isKnown(certificates), false);
    const inputsOf = (of: Run<unknown>) => find(of.resources, "spinnaker-service").inputs;
    assert.deepEqual(inputsOf(preview), inputsOf(run));
  });

  it("trusts every generation of the CA, in one store for all", () => {
    assert.deepEqual(storeOf(run, "spinnaker-trust", "truststore.p12"), {
      keys: [],
      trusted: [
        { alias: "g1", certificatePem: OLD_CA.certificate },
        { alias: "g2", certificatePem: NEW_CA.certificate },
      ],
      others: [],
    });
    const { "ca.pem": bundle } = secretData(run, "spinnaker-trust");
    assert.equal(bundle?.toString(), OLD_CA.certificate + NEW_CA.certificate);
  });

  it("trusts other CAs too if a service calls outside services, in another store", () => {
    const { trusted } = storeOf(run, "spinnaker-echo-others", "truststore.p12");
    assert.deepEqual(trusted, [
      { alias: "g1", certificatePem: OLD_CA.certificate },
      { alias: "g2", certificatePem: NEW_CA.certificate },
      { alias: "slack", certificatePem: OTHER_CA },
    ]);
  });

  it("generates a password for the trust stores, or uses the given one", async () => {
    const passwordIn = (of: Run<unknown>, name: string) =>
      secretData(of, name).password?.toString();
    assert.equal(passwordIn(run, "spinnaker-trust"), "generated-password");
    const given = await runSpinnaker({
      services: { orca: {} },
      material: { orca: { storePassword: "open sesame" } },
      trustStorePassword: "open sesame too",
    });
    assert.deepEqual(given.errors, []);
    assert.equal(passwordIn(given, "spinnaker-trust"), "open sesame too");
    assert.equal(passwordIn(given, "spinnaker-orca-keys"), "open sesame");
    assert.deepEqual(
      treeOf(given.resources).filter((line) => line.includes("RandomPassword")),
      [],
    );
  });

  it("states for each service its owner, what it shows to whom, and the mode of its server", () => {
    const peer = (name: string, dials: string[]) => ({
      party: `Spinnaker ${name}`,
      source: `spinnaker.services.${name}`,
      presents: `spinnaker-${name}-certificate`,
      trusts: ["ca/g1", "ca/g2"],
      dials,
      serves: "tls",
    });
    assert.deepEqual(reveal(find(run.resources, "spinnaker").inputs), {
      peers: [
        { ...peer("dinghy", ["Spinnaker echo", "Spinnaker orca"]), shows: false },
        peer("echo", ["Spinnaker dinghy", "Spinnaker orca"]),
        peer("orca", ["Spinnaker echo"]),
      ],
    });
  });

  it("remembers the phase of each service, once it is deployed", async () => {
    const phases = { dinghy: "tls", echo: "tls", orca: "tls" };
    assert.deepEqual(await valueOf(spinnaker.phases), phases);
    const { urn } = find(run.resources, "spinnaker");
    assert.deepEqual(run.outputs.get(urn), { phases, silent: ["dinghy"] });
  });

  it("has names, certificates and files for everybody to read", async () => {
    const { secrets, certificates: issuedOnes, files: texts } = spinnaker;
    assert.equal(await isSecret(all([secrets, issuedOnes, texts])), false);
    assert.deepEqual(await valueOf(spinnaker.secrets), SECRETS);

    const { keys } = storeOf(run, "spinnaker-orca-keys");
    const certificates = await valueOf(spinnaker.certificates);
    assert.deepEqual(Object.keys(certificates), ["dinghy", "echo", "orca"]);
    assert.deepEqual(certificates.orca, issued(keys[0]?.chainPem ?? ""));

    const names = new Map(
      Object.entries(SECRETS).map(([name, own]) => [name, { others: undefined, ...own }]),
    ) as Parameters<typeof exportedFiles>[2];
    const files = await valueOf(spinnaker.files);
    assert.deepEqual(
      files,
      exportedFiles(
        { kind: "operator", apiGroup: "spinnaker.io", name: "spinnaker" },
        makeInstallation(SERVICES),
        names,
      ),
    );
    assert.doesNotMatch(JSON.stringify(files), /-----|generated-password/);
  });

  it("returns key material only as a secret, and stores only as Secrets", () => {
    const password = Buffer.from("generated-password").toString("base64");
    for (const { urn, inputs } of run.resources) {
      const shown = JSON.stringify(visible(inputs));
      assert.doesNotMatch(shown, /PRIVATE KEY|generated-password/, urn);
      assert.ok(!shown.includes(password), urn);
    }
    for (const part of ["trust", "echo-others", "orca-keys", "dinghy-keys"]) {
      const { data, stringData } = visible(
        find(run.resources, `spinnaker-${part}`, "v1:Secret").inputs,
      ) as Record<string, unknown>;
      assert.equal(data ?? stringData, "[secret]", part);
    }
  });
});

describe("the key of a service", () => {
  it("is RSA in Go, which reads nothing else, and a fast one in Java", () => {
    assert.equal(usualAlgorithm({ language: "go" }), "RSA-2048");
    assert.equal(usualAlgorithm({ language: "java" }), "ECDSA-P256");
  });

  it("can be changed", async () => {
    const { resources } = await runSpinnaker({
      services: { orca: {} },
      material: { orca: { algorithm: "ECDSA-P384" } },
      target: { ...OPERATOR },
    });
    assert.deepEqual(reveal(find(resources, "spinnaker-orca-key").inputs), {
      algorithm: "ECDSA",
      ecdsaCurve: "P384",
    });
  });
});
