import assert from "node:assert/strict";
import { PHASES } from "../../../../components/spinnaker/phase";
import {
  kustomizeProfile,
  probe,
  sources,
} from "../../../../components/spinnaker/targets/kustomize";
import { makeInstallation, serviceOf, type Services } from "../make-installation";

const SECRETS = { keys: "keys-1", trust: "trust-1", others: undefined };
const installation = (services: Services, phase: (typeof PHASES)[number] = "prepare") =>
  makeInstallation(services, { target: "kustomize", phase });

describe("the sources that a Deployment's volume gets", () => {
  const added = (services: Services, name: "orca" | "dinghy", secrets = {}) =>
    sources(serviceOf(installation(services), name), "profile-1", { ...SECRETS, ...secrets });

  it("are, for Java, the profile in its own directory, both stores, and passwords as files named after their properties", () => {
    assert.deepEqual(added({ orca: {} }, "orca"), [
      {
        configMap: {
          name: "profile-1",
          items: [{ key: "orca-local.yml", path: "mtls/orca-local.yml" }],
        },
      },
      {
        secret: {
          name: "keys-1",
          items: [
            { key: "keystore.p12", path: "mtls/keystore.p12", mode: 0o440 },
            { key: "password", path: "mtls/passwords/mtls.key-store-password", mode: 0o440 },
          ],
        },
      },
      {
        secret: {
          name: "trust-1",
          items: [
            { key: "truststore.p12", path: "mtls/truststore.p12" },
            { key: "password", path: "mtls/passwords/mtls.trust-store-password", mode: 0o440 },
          ],
        },
      },
    ]);
  });

  it("are, for Go, the profile where go-yaml-tools looks for it, and PEM files", () => {
    assert.deepEqual(added({ dinghy: {} }, "dinghy", { others: "others-1" }), [
      {
        configMap: {
          name: "profile-1",
          items: [{ key: "dinghy-local.yml", path: "dinghy-local.yml" }],
        },
      },
      {
        secret: {
          name: "keys-1",
          items: [
            { key: "tls.crt", path: "mtls/tls.crt", mode: 0o440 },
            { key: "tls.key", path: "mtls/tls.key", mode: 0o440 },
          ],
        },
      },
      { secret: { name: "trust-1", items: [{ key: "ca.pem", path: "mtls/trust/ca.pem" }] } },
      { secret: { name: "others-1", items: [{ key: "ca.pem", path: "mtls/others/ca.pem" }] } },
    ]);
  });

  it("include the store with other CAs next to Spinnaker's, under another name", () => {
    assert.deepEqual(
      added({ orca: { trustsOthers: true } }, "orca", { others: "others-1" }).at(-1),
      {
        secret: {
          name: "others-1",
          items: [
            { key: "truststore.p12", path: "mtls/others.p12" },
            { key: "password", path: "mtls/passwords/mtls.others-password", mode: 0o440 },
          ],
        },
      },
    );
  });
});

describe("a profile in the kustomize base", () => {
  it("refers to files in the volume, and reads passwords as properties", () => {
    const found = installation({ orca: { trustsOthers: true } });
    const { key, content } = kustomizeProfile(serviceOf(found, "orca"), found);
    assert.equal(key, "orca-local.yml");
    assert.deepEqual(content, {
      spring: { config: { import: "configtree:/opt/spinnaker/config/mtls/passwords/" } },
      "ok-http-client": {
        "key-store": "/opt/spinnaker/config/mtls/keystore.p12",
        "key-store-type": "PKCS12",
        "key-store-password": "${mtls.key-store-password}",
        "trust-store": "/opt/spinnaker/config/mtls/others.p12",
        "trust-store-type": "PKCS12",
        "trust-store-password": "${mtls.others-password}",
      },
    });
  });

  it("has no Spring settings in Go", () => {
    const found = installation({ dinghy: { host: "dinghy" }, orca: {} }, "want");
    const { key, content } = kustomizeProfile(serviceOf(found, "dinghy"), found);
    assert.equal(key, "dinghy-local.yml");
    assert.deepEqual(content, {
      server: {
        ssl: {
          enabled: true,
          certFile: "/opt/spinnaker/config/mtls/tls.crt",
          keyFile: "/opt/spinnaker/config/mtls/tls.key",
          cacertFile: "/opt/spinnaker/config/mtls/trust/ca.pem",
          clientAuth: "want",
        },
      },
      http: {
        cacertFile: "/opt/spinnaker/config/mtls/trust/ca.pem",
        clientCertFile: "/opt/spinnaker/config/mtls/tls.crt",
        clientKeyFile: "/opt/spinnaker/config/mtls/tls.key",
      },
      services: { orca: { baseUrl: "https://orca:8083" } },
    });
  });
});

describe("a probe", () => {
  it("only connects from tls on, as it has no certificate to show", () => {
    const probes = PHASES.map((phase) =>
      probe(serviceOf(installation({ orca: {} }, phase), "orca")),
    );
    const tcp = { tcpSocket: { port: "http" } };
    assert.deepEqual(probes, [undefined, tcp, tcp, tcp]);
  });
});
