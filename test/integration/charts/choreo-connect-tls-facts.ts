import assert from "node:assert/strict";
import { chartValues } from "../../../components/choreo-connect/values";
import {
  COMPONENTS,
  fullname,
  podOf,
  securityFiles,
  target,
  variable,
  type Component,
} from "./choreo-connect-pods";
import { changed, type Helm, type Values } from "./helm";
import { wiredChoreoConnect } from "./values";

const SECURITY = "/home/wso2/security";
const DEPLOYMENT = "wso2.deployment";
const GATEWAY = `${DEPLOYMENT}.gatewayRuntime`;
const PLACEHOLDER =
  /^stand-in: the real chart puts (its|a) public default (pair|certificate) here$/;

/** What chart choreo-connect 1.2.0-2 does with keys and certificates. */
export function choreoConnectTlsFacts(helm: () => Helm): void {
  const render = (values: Values) => helm().template("choreo-connect", target, values);
  const wired = (changes: Values = {}) => render(changed(wiredChoreoConnect, changes));

  it("mounts each file of keys and certificates at its place, from its Secret", async () => {
    const manifests = await wired();
    const crt = "tls.crt";
    assert.deepEqual(securityFiles(manifests, "adapter"), {
      [`${SECURITY}/keystore/mg.key`]: "adapter/tls.key",
      [`${SECURITY}/keystore/mg.pem`]: `adapter/${crt}`,
      [`${SECURITY}/truststore/mg.pem`]: `adapter/${crt}`,
      [`${SECURITY}/truststore/enforcer-ca-cert.pem`]: `enforcer/${crt}`,
      [`${SECURITY}/truststore/router-ca-cert.pem`]: `router/${crt}`,
      [`${SECURITY}/truststore/controlplane.pem`]: `control-plane/${crt}`,
    });
    assert.deepEqual(securityFiles(manifests, "enforcer"), {
      [`${SECURITY}/keystore/mg.key`]: "enforcer/tls.key",
      [`${SECURITY}/keystore/mg.pem`]: `enforcer/${crt}`,
      [`${SECURITY}/keystore/backend-jwt.key`]: "token-signer/tls.key",
      [`${SECURITY}/keystore/backend-jwt.pem`]: `token-signer/${crt}`,
      [`${SECURITY}/truststore/mg.pem`]: `enforcer/${crt}`,
      [`${SECURITY}/truststore/adapter-ca-cert.pem`]: `adapter/${crt}`,
      [`${SECURITY}/truststore/router-ca-cert.pem`]: `router/${crt}`,
      [`${SECURITY}/truststore/control-plane-tls-crt.pem`]: `control-plane/${crt}`,
    });
    assert.deepEqual(securityFiles(manifests, "router"), {
      [`${SECURITY}/keystore/mg.key`]: "router/tls.key",
      [`${SECURITY}/keystore/mg.pem`]: `router/${crt}`,
      [`${SECURITY}/truststore/adapter-ca-cert.pem`]: `adapter/${crt}`,
      [`${SECURITY}/truststore/enforcer-ca-cert.pem`]: `enforcer/${crt}`,
      "/etc/ssl/certs/ca-certificates.crt": "backend-cas/ca-certificates.crt",
    });
  });

  it("tells the containers where these are", async () => {
    const manifests = await wired();
    const variables = (component: Component, ...names: readonly string[]) =>
      Object.fromEntries(names.map((name) => [name, variable(manifests, component, name)]));
    for (const component of COMPONENTS) {
      const word = component.toUpperCase();
      assert.equal(
        variable(manifests, component, `${word}_PRIVATE_KEY_PATH`),
        `${SECURITY}/keystore/mg.key`,
      );
      assert.equal(
        variable(manifests, component, `${word}_PUBLIC_CERT_PATH`),
        `${SECURITY}/keystore/mg.pem`,
      );
    }
    assert.deepEqual(
      variables("enforcer", "ADAPTER_HOST", "ADAPTER_HOST_NAME", "TRUSTED_CA_CERTS_PATH"),
      {
        ADAPTER_HOST: `${fullname}-adapter`,
        ADAPTER_HOST_NAME: "adapter",
        TRUSTED_CA_CERTS_PATH: `${SECURITY}/truststore`,
      },
    );
    assert.deepEqual(variables("router", "ADAPTER_CA_CERT_PATH", "ENFORCER_CA_CERT_PATH"), {
      ADAPTER_CA_CERT_PATH: `${SECURITY}/truststore/adapter-ca-cert.pem`,
      ENFORCER_CA_CERT_PATH: `${SECURITY}/truststore/enforcer-ca-cert.pem`,
    });
  });

  it("lets variables of the values win, and checks the name that they say", async () => {
    const path = { name: "ADAPTER_CA_CERT_PATH", value: "/mnt/ca.pem" };
    const manifests = await wired({
      [`${GATEWAY}.router.envOverride`]: [path],
      [`${DEPLOYMENT}.adapter.security.sslHostname`]: "adapter.example",
    });
    assert.equal(variable(manifests, "router", "ADAPTER_CA_CERT_PATH"), "/mnt/ca.pem");
    assert.equal(variable(manifests, "enforcer", "ADAPTER_HOST_NAME"), "adapter.example");
  });

  it("is left with nothing of its defaults once all is set", async () => {
    const manifests = await wired();
    assert.deepEqual(manifests.names("Secret"), []);
    assert.doesNotMatch(JSON.stringify(manifests.all), /-default-/);
    const notes = await helm().notes("choreo-connect", target, wiredChoreoConnect);
    assert.doesNotMatch(notes, /default pair/);
  });

  it("is left with nothing of its defaults by the program's values", async () => {
    const values = chartValues({
      secrets: {
        adapter: "adapter",
        enforcer: "enforcer",
        router: "router",
        backendJwt: "token-signer",
        trust: "trust",
        caCertificates: undefined,
      },
      backendJwt: false,
      configToml: undefined,
    });
    const manifests = await render(values);
    assert.deepEqual(manifests.names("Secret"), []);
    assert.doesNotMatch(JSON.stringify(manifests.all), /-default-/);
    assert.doesNotMatch(await helm().notes("choreo-connect", target, values), /WARNING/);
    assert.ok(!("/etc/ssl/certs/ca-certificates.crt" in securityFiles(manifests, "router")));
  });

  it("has Secrets of its own for what is not set, in which nothing is a key", async () => {
    const manifests = await render({});
    assert.deepEqual(manifests.names("Secret"), [
      `${fullname}-adapter-default-keystore`,
      `${fullname}-adapter-default-truststore`,
      `${fullname}-default-ingress-tls`,
      `${fullname}-enforcer-default-keystore`,
      `${fullname}-enforcer-default-truststore`,
      `${fullname}-router-default-keystore`,
    ]);
    for (const name of manifests.names("Secret"))
      for (const text of Object.values(manifests.get("Secret", name).stringData ?? {}))
        assert.match(text, PLACEHOLDER);
    const adapter = securityFiles(manifests, "adapter");
    assert.equal(
      adapter[`${SECURITY}/keystore/mg.key`],
      `${fullname}-adapter-default-keystore/mg.key`,
    );
    assert.equal(
      securityFiles(manifests, "enforcer")[`${SECURITY}/truststore/wso2carbon.pem`],
      `${fullname}-enforcer-default-truststore/wso2carbon.pem`,
    );
    const notes = await helm().notes("choreo-connect", target, {});
    assert.equal(notes.match(/WARNING: .* has the chart's default pair/g)?.length, 5);
    assert.match(notes, /WARNING: tokens for backends have the chart's default pair/);
  });

  it("signs tokens with its default pair as long as they have none of their own", async () => {
    const manifests = await wired({ [`${GATEWAY}.enforcer.security.backendJWT`]: {} });
    const secret = `${fullname}-enforcer-default-keystore`;
    assert.deepEqual(manifests.names("Secret"), [secret]);
    const files = securityFiles(manifests, "enforcer");
    assert.equal(files[`${SECURITY}/keystore/backend-jwt.key`], `${secret}/mg.key`);
    assert.equal(files[`${SECURITY}/keystore/mg.key`], "enforcer/tls.key");
  });

  const everywhere = ["adapter", "gateway-runtime"];
  for (const [what, value, pods] of [
    ["adapter's certificate", `${DEPLOYMENT}.adapter.security.keystore.cert`, everywhere],
    ["enforcer's certificate", `${GATEWAY}.enforcer.security.keystore.cert`, everywhere],
    ["router's certificate", `${GATEWAY}.router.security.keystore.cert`, everywhere],
    ["adapter's key", `${DEPLOYMENT}.adapter.security.keystore.key`, ["adapter"]],
    ["router's key", `${GATEWAY}.router.security.keystore.key`, ["gateway-runtime"]],
    ["key for tokens", `${GATEWAY}.enforcer.security.backendJWT.keystore.key`, ["gateway-runtime"]],
    ["backends' CAs", `${GATEWAY}.router.security.backendCaCerts`, ["gateway-runtime"]],
    ["adapter's annotations", `${DEPLOYMENT}.adapter.podAnnotations`, ["adapter"]],
    ["gateway's annotations", `${GATEWAY}.podAnnotations`, ["gateway-runtime"]],
  ] as const) {
    it(`rolls ${pods.join(" and ")} when the ${what} change`, async () => {
      const before = await wired();
      const key = value.endsWith("Annotations") ? "countersign" : "secretName";
      const after = await wired({ [`${value}.${key}`]: "another" });
      const rolled = everywhere.filter(
        (pod) => JSON.stringify(podOf(before, pod)) !== JSON.stringify(podOf(after, pod)),
      );
      assert.deepEqual(rolled, pods);
    });
  }
}
