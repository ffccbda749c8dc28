import assert from "node:assert/strict";
import { createPrivateKey } from "node:crypto";
import { isSecret } from "@pulumi/pulumi";
import {
  ServiceCredentials,
  type ServiceCredentialsArgs,
} from "../../../components/spinnaker/service-credentials";
import type { ServiceName } from "../../../components/spinnaker/service-table";
import { keyMatchesCertificate, readCertificate } from "../../../x509";
import { runProgram, type EngineOptions, type Run } from "../mock-engine";
import { issued } from "../pki/existing";
import { find, treeOf } from "../tree";
import { isKnown, valueOf } from "../value-of";
import { reveal, unknown, visible } from "../wire";
import { makeInstallation, serviceOf } from "./make-installation";
import { NEW_CA, makeAuthority, secretData, storeOf } from "./parts";

/** Credentials of one service in namespace `spinnaker`. */
function credentials(
  name: ServiceName,
  args: Partial<ServiceCredentialsArgs> = {},
  options: EngineOptions = {},
): Promise<Run<ServiceCredentials>> {
  const service = serviceOf(makeInstallation({ [name]: {} }), name);
  return runProgram(
    () =>
      new ServiceCredentials(`spinnaker-${name}`, {
        service,
        namespace: "spinnaker",
        issuer: makeAuthority().signing,
        algorithm: service.language === "go" ? "RSA-2048" : "ECDSA-P256",
        validityHours: 2160,
        renewBeforeHours: 720,
        ...args,
      }),
    options,
  );
}

/** Its resources, without the CA's. */
const treeIn = ({ resources }: Run<unknown>) =>
  treeOf(resources).filter((line) => !/CertificateAuthority|-first$/.test(line));

const tree = (name: string, ...store: string[]) => [
  `countersign:spinnaker:ServiceCredentials spinnaker-${name}`,
  `  kubernetes:core/v1:Secret spinnaker-${name}-keys`,
  ...store,
  `  tls:index/locallySignedCert:LocallySignedCert spinnaker-${name}-certificate`,
  `  tls:index/privateKey:PrivateKey spinnaker-${name}-key`,
];
const PASSWORD = "  random:index/randomPassword:RandomPassword spinnaker-orca-store-password";

/** DNS names of a service. */
const namesOf = (name: string) => [
  `spin-${name}`,
  `spin-${name}.spinnaker`,
  `spin-${name}.spinnaker.svc`,
  `spin-${name}.spinnaker.svc.cluster.local`,
  "localhost",
];

/** Checks the properties of every service's certificate. */
function assertCertificate(pem: string, name: string) {
  const { subject, dnsNames, extendedKeyUsages, authorityKeyId } = readCertificate(pem);
  assert.equal(subject.text, `O=Spinnaker, CN=${name}`);
  assert.deepEqual(dnsNames, namesOf(name));
  assert.deepEqual(extendedKeyUsages, ["serverAuth", "clientAuth"]);
  assert.equal(authorityKeyId, readCertificate(NEW_CA.certificate).subjectKeyId);
}

describe("ServiceCredentials of a service in Java", () => {
  let run: Run<ServiceCredentials>;
  before(async () => {
    run = await credentials("orca");
    assert.deepEqual(run.errors, []);
  });

  it("consist of a key, a certificate, a generated password, and the Secret", () => {
    assert.deepEqual(treeIn(run), tree("orca", PASSWORD));
  });

  it("contain a key store that opens with the Secret's own password, with the issued certificate", async () => {
    assert.deepEqual(Object.keys(secretData(run, "spinnaker-orca-keys")).sort(), [
      "keystore.p12",
      "password",
    ]);
    assert.equal(secretData(run, "spinnaker-orca-keys").password?.toString(), "generated-password");
    const { keys, trusted, others } = storeOf(run, "spinnaker-orca-keys");
    const [entry, ...more] = keys;
    assert.ok(entry && run.value);
    assert.deepEqual([more, trusted, others], [[], [], []]);
    assert.equal(entry.alias, "orca");
    assert.deepEqual(await valueOf(run.value.certificate), issued(entry.chainPem));
    assert.equal(keyMatchesCertificate(entry.privateKeyPem, entry.chainPem), true);
    assertCertificate(entry.chainPem, "orca");
  });

  it("have a store with the given password, and generate none then", async () => {
    const given = await credentials("orca", { storePassword: "open sesame" });
    assert.deepEqual(treeIn(given), tree("orca"));
    assert.equal(secretData(given, "spinnaker-orca-keys").password?.toString(), "open sesame");
    assert.equal(storeOf(given, "spinnaker-orca-keys").keys.length, 1);
  });

  it("state their owner and what it is granted, and register nothing", async () => {
    assert.ok(run.value);
    assert.equal(run.value.presents, "spinnaker-orca-certificate");
    assert.equal(await isSecret(run.value.certificate), false);
    const { urn, inputs } = find(run.resources, "spinnaker-orca", "ServiceCredentials");
    assert.deepEqual(inputs, {
      certificates: {
        "spinnaker-orca-certificate": {
          owner: "Spinnaker orca",
          source: "spinnaker.services.orca",
          issuer: "ca/g2",
          renewBeforeHours: 720,
          granted: { organization: "Spinnaker", commonName: "orca", dnsNames: namesOf("orca") },
        },
      },
    });
    // Key and certificate are stored in their own resources.
    assert.ok(!run.outputs.has(urn));
  });
});

describe("ServiceCredentials of a service in Go", () => {
  let run: Run<ServiceCredentials>;
  before(async () => {
    run = await credentials("dinghy");
    assert.deepEqual(run.errors, []);
  });

  it("consist of a key, a certificate, and the Secret, without a password", () => {
    assert.deepEqual(treeIn(run), tree("dinghy"));
  });

  it("contain a pair in PEM, the key in PKCS#1 and one certificate: go-yaml-tools reads nothing else", () => {
    const { type, stringData } = reveal(find(run.resources, "spinnaker-dinghy-keys").inputs) as {
      type: string;
      stringData: Record<string, string>;
    };
    assert.equal(type, "kubernetes.io/tls");
    assert.deepEqual(Object.keys(stringData), ["tls.crt", "tls.key"]);
    const { "tls.crt": certificate = "", "tls.key": key = "" } = stringData;
    assert.match(key, /^-----BEGIN RSA PRIVATE KEY-----\n[^:]+\n-----END RSA PRIVATE KEY-----\n$/);
    assert.equal(createPrivateKey(key).asymmetricKeyDetails?.modulusLength, 2048);
    assert.equal(certificate.match(/BEGIN/g)?.length, 1);
    assert.equal(keyMatchesCertificate(key, certificate), true);
    assertCertificate(certificate, "dinghy");
  });

  it("cannot have another key", async () => {
    const { errors } = await credentials("dinghy", { algorithm: "ECDSA-P256" });
    assert.deepEqual(errors, ["the key of dinghy: a key of kind ECDSA-P256 has no form in pkcs1."]);
  });
});

for (const name of ["orca", "dinghy"] as const)
  describe(`ServiceCredentials of ${name}, at preview`, () => {
    it("consist of the same resources, of which only the Secret's name is known", async () => {
      const up = await credentials(name);
      const preview = await credentials(name, {}, { preview: true });
      assert.deepEqual(preview.errors, []);
      assert.deepEqual(treeIn(preview), treeIn(up));
      assert.ok(preview.value);
      assert.equal(await isKnown(preview.value.certificate), false);
      assert.equal(
        await valueOf(preview.value.secret.metadata.name),
        `spinnaker-${name}-keys-0a1b2c3d`,
      );
      const { data, stringData } = reveal(
        find(preview.resources, `spinnaker-${name}-keys`).inputs,
      ) as Record<string, unknown>;
      assert.equal(data ?? stringData, unknown);
    });

    it("reveal no secrets, not even at up", async () => {
      const { resources } = await credentials(name);
      for (const { inputs, urn } of resources)
        assert.doesNotMatch(JSON.stringify(visible(inputs)), /PRIVATE KEY|password"?:"[^[]/, urn);
      const { data, stringData } = visible(
        find(resources, `spinnaker-${name}-keys`).inputs,
      ) as Record<string, unknown>;
      assert.equal(data ?? stringData, "[secret]");
    });
  });
