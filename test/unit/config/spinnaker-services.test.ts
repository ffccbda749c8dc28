import { refusesSpinnaker } from "./make-spinnaker";
import { refuses } from "./refusals";

const KNOWN =
  "clouddriver, clouddriver-caching, clouddriver-ro, clouddriver-ro-deck, clouddriver-rw, dinghy, echo, " +
  "echo-scheduler, echo-worker, fiat, front50, gate, igor, kayenta, keel, orca, rosco, terraformer";
const IN_PKCS1 =
  "is written in Go and reads RSA keys in PKCS#1 only (go-yaml-tools pkg/tls): use RSA-2048, RSA-3072 or RSA-4096";
const GO = "is for services in Java; terraformer is written in Go";

describe("a service of Spinnaker", () => {
  refusesSpinnaker([
    [
      "an unknown one",
      { "services/orka": {} },
      `services.orka: is not a service of Spinnaker; the known services are ${KNOWN}`,
    ],
    [
      "an exception for an unknown one, even if every object has a property with that name",
      { exceptions: { constructor: "want" } },
      `exceptions.constructor: is not a service of Spinnaker; the known services are ${KNOWN}`,
    ],
    [
      "calls to an unknown one",
      { "services/orca/calls": ["echo", "deck"] },
      `services.orca.calls[1]: found "deck"; must be one of ${KNOWN}`,
    ],
    [
      "none at all",
      { services: {} },
      "services: needs at least one service; without this key, the usual eight are deployed",
    ],
    [
      "an exception for one that is not deployed",
      { services: { orca: {}, gate: {} }, exceptions: { rosco: "tls" } },
      "exceptions.rosco: is an exception for a service that is not deployed; the deployed services are gate, orca",
    ],
    [
      "an unknown key",
      { "services/orca/hostname": "orca.example" },
      "services.orca.hostname: is not a known key; the known keys are host, port, dnsNames, algorithm, storePassword, clientCertificate, apiPort, legacyPort, calls, trust",
    ],
    [
      "a host that is a URL",
      { "services/orca/host": "https://orca" },
      'services.orca.host: found "https://orca"; write a host name in lower case, without scheme, port or wildcard',
    ],
    [
      "no host although the target has no usual name for it",
      { "services/keel": {} },
      "services.keel.host: is missing: keel has no default host name with operator (only with kustomize), and its certificate must contain the name by which it is called",
    ],
    [
      "no host of one of Armory's services with the open-source base",
      { target: { kustomize: {} }, "services/dinghy": {} },
      "services.dinghy.host: is missing: dinghy has no default host name with kustomize (only with operator and halyard), and its certificate must contain the name by which it is called",
    ],
    [
      "one of a highly available installation with kustomize, even with a host",
      { target: { kustomize: {} }, "services/clouddriver-rw/host": "rw" },
      "services.clouddriver-rw: is a service of Halyard's highly available installations, which the kustomize base does not have; use clouddriver",
    ],
  ]);
});

describe("a port of a service of Spinnaker", () => {
  refusesSpinnaker([
    [
      "an invalid one",
      { "services/orca/port": 65536 },
      "services.orca.port: found 65536; must be at most 65535",
    ],
    [
      "Gate's second listener on its main port",
      { "services/gate/apiPort": 8084 },
      "services.gate.apiPort: 8084 is already its main port",
    ],
    [
      "plain HTTP on a main port that was changed",
      { "services/orca": { port: 9083, legacyPort: 9083 } },
      "services.orca.legacyPort: 9083 is already its main port",
    ],
    [
      "plain HTTP on Gate's second listener",
      { "services/gate": { apiPort: 8085, legacyPort: 8085 } },
      "services.gate.legacyPort: 8085 is already apiPort",
    ],
    [
      "a second listener of another service",
      { "services/orca/apiPort": 8085 },
      "services.orca.apiPort: is only for Gate; orca has no such listener",
    ],
    [
      "two services on one address",
      {
        services: {
          orca: { host: "spinnaker.example", port: 8000 },
          gate: { host: "spinnaker.example", port: 8000 },
          echo: { host: "spinnaker.example" },
        },
      },
      "services.orca.port: spinnaker.example:8000 is already the address of gate; give one of them another host or port",
    ],
  ]);
});

describe("a key of a service of Spinnaker", () => {
  refusesSpinnaker([
    [
      "an EC key for a service in Go",
      { "services/dinghy/algorithm": "ECDSA-P256" },
      `services.dinghy.algorithm: found "ECDSA-P256"; dinghy ${IN_PKCS1}`,
    ],
    [
      "Ed25519 for any service",
      { services: { orca: { algorithm: "Ed25519" }, terraformer: { algorithm: "Ed25519" } } },
      'services.orca.algorithm: found "Ed25519", which Java does not support for TLS (JSSE of Java 11 to 21); use ECDSA-P256',
      `services.terraformer.algorithm: found "Ed25519"; terraformer ${IN_PKCS1}`,
    ],
    [
      "settings that only services in Java have",
      { "services/terraformer": { storePassword: "open sesame", legacyPort: 7089 } },
      `services.terraformer.storePassword: ${GO}`,
      `services.terraformer.legacyPort: ${GO}`,
    ],
    [
      "a certificate that is renewed as soon as it is issued",
      { certificate: { validity: "30d", renewBefore: "30d" } },
      "certificate.renewBefore: 30d must be shorter than validity (30d), or the certificate would be renewed at every up",
    ],
    [
      "a certificate that outlives its CA",
      { "certificate/validity": "11y" },
      "certificate.validity: 11y would outlive the CA: authority.generations.g1 is valid for 10y",
    ],
  ]);
});

describe("a store's password", () => {
  const ASCII = "has characters outside printable ASCII, with which Java cannot open a store";
  const SHORT = "is shorter than 6 characters, which keytool refuses";
  refusesSpinnaker([
    [
      "letters outside ASCII",
      { "services/orca/storePassword": "schlüssel", trustStorePassword: "schlüssel" },
      `services.orca.storePassword: ${ASCII}`,
      `trustStorePassword: ${ASCII}`,
    ],
    [
      "a short one",
      { "services/orca/storePassword": "12345", trustStorePassword: "" },
      `services.orca.storePassword: ${SHORT}`,
      `trustStorePassword: ${SHORT}`,
    ],
    [
      "a line break at its end",
      { trustStorePassword: "open sesame\n" },
      "trustStorePassword: ends with a line break, which Java takes for a part of it: write it with `printf %s`, not with `echo`",
    ],
    [
      "a space at its end",
      { "services/orca/storePassword": "open sesame " },
      "services.orca.storePassword: begins or ends with a space, which configuration files lose on the way",
    ],
    [
      "a number, which is not quoted",
      { "services/orca/storePassword": 123456, trustStorePassword: 123456 },
      "services.orca.storePassword: found a number; must be a text",
      "trustStorePassword: found a number; must be a text",
    ],
  ]);
});

describe("Spinnaker beside other sections", () => {
  const spinnaker = { target: { operator: {} }, phase: "want" };
  refuses([
    [
      "no CA",
      { spinnaker, authority: undefined, orchestrator: undefined, organizations: undefined },
      "authority: is missing: Spinnaker's services need a CA",
    ],
    [
      "a CA with a key that Java does not support",
      { spinnaker, "authority/generations/g2": { state: "trusted", algorithm: "Ed25519" } },
      "authority.generations.g2: has an Ed25519 key, and Java's TLS accepts no certificate that it has signed (JSSE of Java 11 to 21); Spinnaker needs generations with another key, for example of algorithm ECDSA-P256",
    ],
    [
      "a namespace that is both created and not created",
      { spinnaker: { ...spinnaker, namespace: "orchestrator" } },
      'spinnaker.createNamespace: is false, but orchestrator.createNamespace is true for the same namespace "orchestrator"',
    ],
    [
      "a namespace that it creates and that must exist for an organization",
      {
        spinnaker: { ...spinnaker, namespace: "shared", createNamespace: true },
        "organizations/MyOrg1MSP/namespace": "shared",
        "organizations/MyOrg1MSP/createNamespace": false,
      },
      'spinnaker.createNamespace: is true, but organizations.MyOrg1MSP.createNamespace is false for the same namespace "shared"',
    ],
  ]);
});
