import assert from "node:assert/strict";
import { defaultSecretsOf, serviceOf } from "../../../components/choreo-connect/chart";
import {
  OWN_ANCHOR,
  OWN_PAIR,
  ROUTER_BUNDLE,
  SECURITY,
  TOKEN_PAIR,
  TRUSTSTORE,
  WSO2_CARBON,
  peerAnchor,
} from "../../../components/choreo-connect/paths";
import { RECOMMENDED } from "../../../components/choreo-connect/upstream-tls";
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

const DEPLOYMENT = "wso2.deployment";
const GATEWAY = `${DEPLOYMENT}.gatewayRuntime`;

/** Tests what chart choreo-connect 1.2.0-2 does with keys and certificates. */
export function choreoConnectTlsFacts(helm: () => Helm): void {
  const render = (values: Values) => helm().template("choreo-connect", target, values);
  const wired = (changes: Values = {}) => render(changed(wiredChoreoConnect, changes));

  it("mounts each key and certificate file at its path, from its Secret", async () => {
    const manifests = await wired();
    const crt = "tls.crt";
    assert.deepEqual(securityFiles(manifests, "adapter"), {
      [OWN_PAIR.key]: "adapter/tls.key",
      [OWN_PAIR.certificate]: `adapter/${crt}`,
      [OWN_ANCHOR]: `adapter/${crt}`,
      [peerAnchor("enforcer")]: `enforcer/${crt}`,
      [peerAnchor("router")]: `router/${crt}`,
      [`${TRUSTSTORE}/controlplane.pem`]: `control-plane/${crt}`,
    });
    assert.deepEqual(securityFiles(manifests, "enforcer"), {
      [OWN_PAIR.key]: "enforcer/tls.key",
      [OWN_PAIR.certificate]: `enforcer/${crt}`,
      [TOKEN_PAIR.key]: "token-signer/tls.key",
      [TOKEN_PAIR.certificate]: `token-signer/${crt}`,
      [OWN_ANCHOR]: `enforcer/${crt}`,
      [peerAnchor("adapter")]: `adapter/${crt}`,
      [peerAnchor("router")]: `router/${crt}`,
      [`${TRUSTSTORE}/control-plane-tls-crt.pem`]: `control-plane/${crt}`,
    });
    assert.deepEqual(securityFiles(manifests, "router"), {
      [OWN_PAIR.key]: "router/tls.key",
      [OWN_PAIR.certificate]: `router/${crt}`,
      [peerAnchor("adapter")]: `adapter/${crt}`,
      [peerAnchor("enforcer")]: `enforcer/${crt}`,
      [ROUTER_BUNDLE]: "backend-cas/ca-certificates.crt",
    });
  });

  it("tells the containers where these files are", async () => {
    const manifests = await wired();
    const variables = (component: Component, ...names: readonly string[]) =>
      Object.fromEntries(names.map((name) => [name, variable(manifests, component, name)]));
    for (const component of COMPONENTS) {
      const word = component.toUpperCase();
      assert.equal(variable(manifests, component, `${word}_PRIVATE_KEY_PATH`), OWN_PAIR.key);
      assert.equal(
        variable(manifests, component, `${word}_PUBLIC_CERT_PATH`),
        OWN_PAIR.certificate,
      );
    }
    assert.deepEqual(
      variables("enforcer", "ADAPTER_HOST", "ADAPTER_HOST_NAME", "TRUSTED_CA_CERTS_PATH"),
      {
        ADAPTER_HOST: serviceOf(fullname, "adapter"),
        ADAPTER_HOST_NAME: "adapter",
        TRUSTED_CA_CERTS_PATH: TRUSTSTORE,
      },
    );
    assert.deepEqual(variables("router", "ADAPTER_CA_CERT_PATH", "ENFORCER_CA_CERT_PATH"), {
      ADAPTER_CA_CERT_PATH: peerAnchor("adapter"),
      ENFORCER_CA_CERT_PATH: peerAnchor("enforcer"),
    });
  });

  it("lets variables in the values take precedence, and checks the name that the values set", async () => {
    const path = { name: "ADAPTER_CA_CERT_PATH", value: "/mnt/ca.pem" };
    const manifests = await wired({
      [`${GATEWAY}.router.envOverride`]: [path],
      [`${DEPLOYMENT}.adapter.security.sslHostname`]: "adapter.example",
    });
    assert.equal(variable(manifests, "router", "ADAPTER_CA_CERT_PATH"), "/mnt/ca.pem");
    assert.equal(variable(manifests, "enforcer", "ADAPTER_HOST_NAME"), "adapter.example");
  });

  it("uses none of its defaults once everything is set", async () => {
    const manifests = await wired();
    assert.deepEqual(manifests.names("Secret"), []);
    assert.doesNotMatch(JSON.stringify(manifests.all), /-default-/);
  });

  it("uses none of its defaults with the program's values", async () => {
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
      upstreamTls: RECOMMENDED,
    });
    const manifests = await render(values);
    assert.deepEqual(manifests.names("Secret"), []);
    assert.doesNotMatch(JSON.stringify(manifests.all), /-default-/);
    assert.ok(!(ROUTER_BUNDLE in securityFiles(manifests, "router")));
    const carbon = securityFiles(manifests, "enforcer")[WSO2_CARBON];
    const manager = securityFiles(manifests, "adapter")[`${TRUSTSTORE}/controlplane.pem`];
    assert.deepEqual([carbon, manager], ["trust/ca.crt", "trust/ca.crt"]);
  });

  it("has its own Secrets for everything that is not set", async () => {
    const manifests = await render({});
    assert.deepEqual(manifests.names("Secret"), defaultSecretsOf(fullname));
    const adapter = securityFiles(manifests, "adapter");
    assert.equal(adapter[OWN_PAIR.key], `${fullname}-adapter-default-keystore/mg.key`);
    assert.equal(
      securityFiles(manifests, "enforcer")[WSO2_CARBON],
      `${fullname}-enforcer-default-truststore/wso2carbon.pem`,
    );
    for (const part of ["router", "adapter"] as const)
      assert.equal(
        manifests.get("Ingress", serviceOf(fullname, part)).spec?.tls?.[0]?.secretName,
        `${fullname}-default-ingress-tls`,
      );
  });

  it("mounts all files from Secrets below one folder, except for the router's bundle", async () => {
    const manifests = await wired();
    for (const component of COMPONENTS)
      for (const path of Object.keys(securityFiles(manifests, component)))
        assert.ok(path.startsWith(`${SECURITY}/`) || path === ROUTER_BUNDLE, path);
  });

  it("signs tokens with its default pair as long as there is no pair for tokens", async () => {
    const manifests = await wired({ [`${GATEWAY}.enforcer.security.backendJWT`]: {} });
    const secret = `${fullname}-enforcer-default-keystore`;
    assert.deepEqual(manifests.names("Secret"), [secret]);
    const files = securityFiles(manifests, "enforcer");
    assert.equal(files[TOKEN_PAIR.key], `${secret}/mg.key`);
    assert.equal(files[OWN_PAIR.key], "enforcer/tls.key");
  });

  /** All pods, as router and enforcer are in one pod. */
  const everywhere = ["adapter", "router"] as const;
  for (const [what, value, pods] of [
    ["adapter's certificate", `${DEPLOYMENT}.adapter.security.keystore.cert`, everywhere],
    ["enforcer's certificate", `${GATEWAY}.enforcer.security.keystore.cert`, everywhere],
    ["router's certificate", `${GATEWAY}.router.security.keystore.cert`, everywhere],
    ["adapter's key", `${DEPLOYMENT}.adapter.security.keystore.key`, ["adapter"]],
    ["router's key", `${GATEWAY}.router.security.keystore.key`, ["router"]],
    ["key for tokens", `${GATEWAY}.enforcer.security.backendJWT.keystore.key`, ["router"]],
    ["backends' CAs", `${GATEWAY}.router.security.backendCaCerts`, ["router"]],
    ["adapter's annotations", `${DEPLOYMENT}.adapter.podAnnotations`, ["adapter"]],
    ["gateway's annotations", `${GATEWAY}.podAnnotations`, ["router"]],
  ] as const) {
    it(`rolls ${pods.join(" and ")} after a change of the ${what}`, async () => {
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
