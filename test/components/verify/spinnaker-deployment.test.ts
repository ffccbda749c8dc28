import { expectFailure, type Case } from "./expect-failure";
import { failuresOf, makeOrca, makeSpinnaker, setAt } from "./make-spinnaker";

const CONTAINER = ["spec", "template", "spec", "containers", "0"];

describe("the settings of a service in its Deployment", () => {
  const cases: [...Case, object: string][] = [
    [
      "without its Secret",
      "tls",
      ["data", "password"],
      undefined,
      "mounted-objects",
      /^Secret ns\/keys-orca has no key "password"\.$/,
      "Secret/keys-orca",
    ],
    [
      "without its profile",
      "tls",
      ["data"],
      { "orca.yml": "" },
      "mounted-objects",
      /^ConfigMap ns\/orca-profile has no key "orca-local\.yml"\.$/,
      "ConfigMap/orca-profile",
    ],
    [
      "that nobody imports",
      "tls",
      ["data", "spinnaker.yml"],
      "{}",
      "files",
      /^it does not read \/opt\/spinnaker\/config\/mtls\/orca-local\.yml: spinnaker\.yml lacks spring\.config\.import/,
      "ConfigMap/spinnaker",
    ],
    [
      "that are not YAML",
      "tls",
      ["data", "orca-local.yml"],
      "a: {",
      "files",
      /^\/opt\/spinnaker\/config\/mtls\/orca-local\.yml is not YAML\./,
      "ConfigMap/orca-profile",
    ],
    [
      "of another profile",
      "tls",
      [...CONTAINER, "env", "0", "value"],
      "production",
      "files",
      /SPRING_PROFILES_ACTIVE does not name "local"\.$/,
      "Deployment/orca",
    ],
    [
      "with a phase in its environment",
      "tls",
      [...CONTAINER, "env", "1"],
      { name: "SERVER_SSL_CLIENTAUTH", value: "need" },
      "drift",
      /^its settings are those of phase need, but the stack has it in tls\.$/,
      "Deployment/orca",
    ],
    [
      "that are no longer mounted",
      "tls",
      ["spec", "template", "spec", "volumes", "0", "projected", "sources", "2"],
      { configMap: { name: "orca" } },
      "files",
      /^it has no \/opt\/spinnaker\/config\/mtls\/orca-local\.yml, where its settings must be\./,
      "Deployment/orca",
    ],
    [
      "with a probe by HTTP",
      "need",
      [...CONTAINER, "readinessProbe"],
      { httpGet: { port: "http", scheme: "HTTPS" } },
      "tcp-probe",
      /^its readinessProbe is httpGet: it has no certificate to show/,
      "Deployment/orca",
    ],
    [
      "with a command as its probe",
      "want",
      [...CONTAINER, "livenessProbe"],
      { exec: { command: ["wget", "https://localhost:8083/health"] } },
      "tcp-probe",
      /^its livenessProbe is a command that calls HTTP: /,
      "Deployment/orca",
    ],
    [
      "that roll",
      "want",
      ["status", "updatedReplicas"],
      0,
      "roll-out",
      /^Deployment ns\/orca runs the new template in 0 of 1 pods\.$/,
      "Deployment/orca",
    ],
    [
      "with another container",
      "want",
      [...CONTAINER, "name"],
      "main",
      "release",
      /^Deployment ns\/orca has no container "orca" in the cluster/,
      "Deployment/orca",
    ],
    [
      "with a key in a ConfigMap",
      "want",
      ["data", "key.pem"],
      "-----BEGIN RSA PRIVATE KEY-----",
      "private-keys",
      /^ConfigMap ns\/orca has a private key in "key\.pem"\.$/,
      "ConfigMap/orca",
    ],
  ];
  for (const [what, phase, path, value, code, message, object] of cases) {
    it(`${what} fail`, async () => {
      const failures = await failuresOf(makeOrca("kustomize", phase, object, path, value));
      expectFailure(failures, "Spinnaker orca", code, message);
    });
  }

  it("contain the URLs by which it calls others", async () => {
    const services = { clouddriver: {}, orca: {} };
    const spinnaker = makeSpinnaker("kustomize", { phase: "tls", services });
    const text = "services: { clouddriver: { baseUrl: http://clouddriver:7002 } }\n";
    setAt(spinnaker.objects["ConfigMap/orca-profile"], ["data", "orca-local.yml"], text);
    expectFailure(
      await failuresOf(spinnaker),
      "Spinnaker orca",
      "base-url",
      /^services\.clouddriver\.baseUrl of Deployment ns\/orca is "http:\/\/clouddriver:7002", but must be https:\/\/clouddriver:7002\.$/,
    );
  });
});
