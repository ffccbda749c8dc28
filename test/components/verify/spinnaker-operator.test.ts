import assert from "node:assert/strict";
import { expectFailure, type Case } from "./expect-failure";
import { SERVICE, failuresOf, makeOrca, makeSpinnaker, setAt, verify } from "./make-spinnaker";

const CONFIG = ["spec", "spinnakerConfig"];
const PROFILE = [...CONFIG, "profiles", "orca"];
const SETTINGS = [...CONFIG, "service-settings", "orca"];

describe("the settings of a service in a SpinnakerService", () => {
  const cases: Case[] = [
    [
      "that do not exist",
      "tls",
      PROFILE,
      undefined,
      "files",
      /^there is no profiles\.orca of SpinnakerService ns\/spinnaker\. ok-http-client\.key-store-password of .* is not set\./,
    ],
    [
      "that lack a password",
      "tls",
      [...PROFILE, "server", "ssl", "key-store-password"],
      undefined,
      "files",
      /^server\.ssl\.key-store-password of profiles\.orca of SpinnakerService ns\/spinnaker is not set\.$/,
    ],
    [
      "with a store of another type",
      "tls",
      [...PROFILE, "server", "ssl", "key-store-type"],
      "JKS",
      "files",
      /^server\.ssl\.key-store-type is not PKCS12/,
    ],
    [
      "with a file that nobody mounts",
      "tls",
      [...PROFILE, "ok-http-client", "trust-store"],
      "/opt/spinnaker/ca.p12",
      "files",
      /^ok-http-client\.trust-store of .* names \/opt\/spinnaker\/ca\.p12: no Secret has a file there\.$/,
    ],
    [
      "with a property that does not exist",
      "tls",
      [...PROFILE, "ok-http-client", "trust-store-password"],
      "${some.password}",
      "files",
      /^ok-http-client\.trust-store-password of .* refers to a property that does not exist\.$/,
    ],
    [
      "with a reference to a Secret that does not exist",
      "tls",
      [...PROFILE, "server", "ssl", "trust-store"],
      "encryptedFile:k8s!n:gone!k:truststore.p12",
      "mounted-objects",
      /^Secret ns\/gone does not exist\.$/,
    ],
    [
      "with a reference to a key that its Secret lacks",
      "tls",
      [...PROFILE, "server", "ssl", "trust-store"],
      "encryptedFile:k8s!n:trust!k:ca.p12",
      "mounted-objects",
      /^Secret ns\/trust has no key "ca\.p12"\.$/,
    ],
    [
      "with a malformed reference",
      "tls",
      [...PROFILE, "server", "ssl", "trust-store"],
      "encryptedFile:k8s!trust",
      "mounted-objects",
      /^a reference to a Secret lacks the name or the key/,
    ],
    [
      "with an unknown value for client-auth",
      "want",
      [...PROFILE, "server", "ssl", "client-auth"],
      "always",
      "files",
      /^server\.ssl\.client-auth of profiles\.orca of .* is not "none", "want" or "need"\.$/,
    ],
    [
      "of another phase",
      "want",
      [...PROFILE, "server", "ssl", "client-auth"],
      "need",
      "drift",
      /^profiles\.orca of SpinnakerService ns\/spinnaker differs from the stack in server\.ssl\.client-auth\. its settings are those of phase need, but the stack has it in want\.$/,
    ],
    [
      "of a server that already uses TLS",
      "prepare",
      [...PROFILE, "server"],
      { ssl: { "key-store": "encryptedFile:k8s!n:keys-orca!k:keystore.p12" } },
      "drift",
      /^its settings are those of phase tls, but the stack has it in prepare\.$/,
    ],
    [
      "with a port and a TCP probe",
      "tls",
      [...PROFILE, "server", "port"],
      8083,
      "server-port",
      /^profiles\.orca of .* has server\.port, which makes the Operator panic if the probe is by TCP\.$/,
    ],
    [
      "with a probe by HTTP",
      "tls",
      [...SETTINGS, "kubernetes", "useTcpProbe"],
      false,
      "tcp-probe",
      /^service-settings\.orca of .* has no kubernetes\.useTcpProbe: true, .* no certificate to show/,
    ],
    [
      "with a plain URL for a server with TLS",
      "tls",
      [...SETTINGS, "baseUrl"],
      "http://user:secret@spin-orca.ns:8083",
      "base-url",
      /^baseUrl of service-settings\.orca is "http:\/\/spin-orca\.ns:8083", but must be https:\/\/spin-orca\.ns:8083\.$/,
    ],
    [
      "without a URL for a server with TLS",
      "need",
      [...SETTINGS, "baseUrl"],
      undefined,
      "base-url",
      /^baseUrl of service-settings\.orca is not set, but must be https:\/\/spin-orca\.ns:8083\.$/,
    ],
    [
      "with an https URL for a server without TLS",
      "prepare",
      [...SETTINGS, "baseUrl"],
      "https://spin-orca.ns:8083",
      "base-url",
      /but must be http:\/\/spin-orca\.ns:8083\.$/,
    ],
  ];
  for (const [what, phase, path, value, code, message] of cases) {
    it(`${what} fail`, async () => {
      const failures = await failuresOf(makeOrca("operator", phase, SERVICE, path, value));
      expectFailure(failures, "Spinnaker orca", code, message);
    });
  }

  it("in another spelling are the same, and the one with hyphens takes precedence", async () => {
    const path = [...PROFILE, "okHttpClient"];
    const spinnaker = makeOrca("operator", "tls", SERVICE, path, { keyStore: "/nowhere" });
    assert.deepEqual(await failuresOf(spinnaker), []);
  });

  it("of the service of which it is a variant apply too, but its own take precedence", async () => {
    const spinnaker = makeSpinnaker("operator", { phase: "want", services: { "echo-worker": {} } });
    const profile = { server: { ssl: { "client-auth": "need" }, port: 1 } };
    setAt(spinnaker.objects[SERVICE], [...CONFIG, "profiles", "echo"], profile);
    const failures = await failuresOf(spinnaker);
    assert.deepEqual(
      failures.map(({ code }) => code),
      ["server-port"],
    );
  });

  it("do not exist without a SpinnakerService, which is reported once", async () => {
    const spinnaker = makeSpinnaker("operator");
    const checks = await verify({ ...spinnaker, objects: {} });
    assert.equal(checks.length, 1);
    expectFailure(checks, "Spinnaker", "release", /^SpinnakerService ns\/spinnaker does not exist/);
  });
});
