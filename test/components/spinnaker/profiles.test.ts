import assert from "node:assert/strict";
import { PHASES, type Phase } from "../../../components/spinnaker/phase";
import { profile, type References } from "../../../components/spinnaker/profiles";
import type { ServiceName } from "../../../components/spinnaker/service-table";
import { makeInstallation, serviceOf, type Services } from "./make-installation";

const REFERENCES: References = {
  file: (place, key) => `<${place}/${key}>`,
  password: (place) => `<${place}/password>`,
};

/** The profile of a service. */
function profileOf(name: ServiceName, phase: Phase, settings: Services[ServiceName] = {}) {
  const installation = makeInstallation({ [name]: settings }, { phase });
  return profile(serviceOf(installation, name), REFERENCES);
}

const store = (name: string, place: string, file: string) => ({
  [name]: `<${place}/${file}>`,
  [`${name}-type`]: "PKCS12",
  [`${name}-password`]: `<${place}/password>`,
});
const KEYS = store("key-store", "keys", "keystore.p12");
const TRUST = store("trust-store", "trust", "truststore.p12");
const CLIENT = { "ok-http-client": { ...KEYS, ...TRUST } };

describe("the profile of a service in Java", () => {
  const server = (clientAuth: string) => ({
    server: { ssl: { enabled: true, ...KEYS, ...TRUST, "client-auth": clientAuth } },
  });

  it("has its clients' stores in every phase, and a TLS server from phase tls on", () => {
    assert.deepEqual(
      PHASES.map((phase) => profileOf("orca", phase)),
      [
        CLIENT,
        { ...server("none"), ...CLIENT },
        { ...server("want"), ...CLIENT },
        { ...server("need"), ...CLIENT },
      ],
    );
  });

  it("has no client key store if it shows no certificate, which kork allows only if keys may change", () => {
    assert.deepEqual(profileOf("orca", "want", { clientCertificate: false }), {
      ...server("want"),
      "ok-http-client": { "refreshable-keys": { enabled: true }, ...TRUST },
    });
  });

  it("trusts other CAs as a client, but not as a server", () => {
    assert.deepEqual(profileOf("echo", "want", { trustsOthers: true }), {
      ...server("want"),
      "ok-http-client": { ...KEYS, ...store("trust-store", "others", "truststore.p12") },
    });
  });

  it("has its second listeners once it has TLS", () => {
    const ports = { apiPort: 8085, legacyPort: 8086 };
    assert.deepEqual(profileOf("gate", "prepare", ports), CLIENT);
    assert.deepEqual(profileOf("gate", "need", ports), {
      ...server("none"),
      ...CLIENT,
      default: { "api-port": 8085, "legacy-server-port": 8086 },
    });
    assert.deepEqual(profileOf("orca", "tls", { legacyPort: 8086 }), {
      ...server("none"),
      ...CLIENT,
      default: { "legacy-server-port": 8086 },
    });
  });

  it("never has the port that makes the Operator panic", () => {
    const { server: found } = profileOf("orca", "need", { port: 9083 });
    assert.deepEqual(Object.keys(found as object), ["ssl"]);
  });
});

describe("the profile of a service in Go", () => {
  const PAIR = ["<keys/tls.crt>", "<keys/tls.key>"];
  const http = {
    http: {
      cacertFile: "<trust/ca.pem>",
      clientCertFile: PAIR[0],
      clientKeyFile: PAIR[1],
    },
  };
  const server = (clientAuth: string) => ({
    server: {
      ssl: {
        enabled: true,
        certFile: PAIR[0],
        keyFile: PAIR[1],
        cacertFile: "<trust/ca.pem>",
        clientAuth,
      },
    },
  });

  it("has its clients' files in every phase, and a TLS server from phase tls on", () => {
    for (const name of ["dinghy", "terraformer"] as const)
      assert.deepEqual(
        PHASES.map((phase) => profileOf(name, phase)),
        [
          http,
          { ...server("none"), ...http },
          { ...server("want"), ...http },
          { ...server("need"), ...http },
        ],
      );
  });

  it("trusts other CAs as a client, but not as a server", () => {
    assert.deepEqual(profileOf("terraformer", "want", { trustsOthers: true }), {
      ...server("want"),
      http: { ...http.http, cacertFile: "<others/ca.pem>" },
    });
  });
});
