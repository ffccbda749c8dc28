import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { containerOf, fullname, podOf, target, type Component } from "./choreo-connect-pods";
import { changed, chartFolder, type Helm, type Manifests, type Values } from "./helm";
import { wiredChoreoConnect } from "./values";

const DEPLOYMENT = "wso2.deployment";
const GATEWAY = `${DEPLOYMENT}.gatewayRuntime`;

/** The contract of chart choreo-connect 1.2.0-2, without what is about keys and certificates. */
export function choreoConnectFacts(helm: () => Helm): void {
  const render = (values: Values, release = target.release) =>
    helm().template("choreo-connect", { ...target, release }, values);
  const wired = (changes: Values = {}) => render(changed(wiredChoreoConnect, changes));
  const plain = (changes: Values = {}) => render(changed({}, changes));

  for (const [release, changes, name] of [
    ["gateway", {}, fullname],
    ["choreo-connect", {}, "choreo-connect"],
    ["my-choreo-connect-1", {}, "my-choreo-connect-1"],
    ["gateway", { nameOverride: "gate" }, "gateway"],
    ["gateway", { nameOverride: "mesh" }, "gateway-mesh"],
    ["gateway", { fullnameOverride: "mesh" }, "mesh"],
  ] as const) {
    it(`begins the names of release ${release} with ${JSON.stringify(changes)} with ${name}`, async () => {
      const manifests = await render(changes, release);
      assert.deepEqual(manifests.names("Deployment"), [
        `${name}-adapter`,
        `${name}-gateway-runtime`,
      ]);
      assert.deepEqual(manifests.names("Service"), [`${name}-adapter`, `${name}-router`]);
      assert.deepEqual(manifests.names("ServiceAccount"), [name]);
      assert.ok(manifests.names("ConfigMap").includes(`${name}-adapter-config-toml`));
    });
  }

  it("gives the configuration to the adapter alone, and fills in what it says of the values", async () => {
    const text = 'vhost = "{{ .Values.wso2.deployment.labelName }} of {{ .Release.Name }}"\n';
    const manifests = await wired({ [`${DEPLOYMENT}.adapter.configToml`]: text });
    const name = `${fullname}-adapter-config-toml`;
    assert.deepEqual(manifests.get("ConfigMap", name).data, {
      "config.toml": 'vhost = "Default of gateway"\n',
    });
    const mounts = (component: Component) =>
      containerOf(manifests, component).volumeMounts?.filter(
        ({ mountPath }) => mountPath === "/home/wso2/conf/config.toml",
      );
    assert.deepEqual(mounts("adapter"), [
      { name: "config-toml", mountPath: "/home/wso2/conf/config.toml", subPath: "config.toml" },
    ]);
    assert.deepEqual([...(mounts("enforcer") ?? []), ...(mounts("router") ?? [])], []);
  });

  it("has its own configuration from the file to start from, with the adapter's defaults for TLS", async () => {
    const file = join(chartFolder("choreo-connect"), "confs/config.toml.template");
    const own = await wired();
    const same = await wired({
      [`${DEPLOYMENT}.adapter.configToml`]: readFileSync(file, "utf8"),
    });
    assert.deepEqual(own, same);
    const { data } = own.get("ConfigMap", `${fullname}-adapter-config-toml`);
    const text = data?.["config.toml"] ?? "";
    assert.doesNotMatch(text, /\{\{/);
    for (const line of [
      'minimumProtocolVersion = "TLS1_1"',
      'maximumProtocolVersion = "TLS1_2"',
      'trustedCertPath = "/etc/ssl/certs/ca-certificates.crt"',
      "verifyHostName = true",
      "disableSslVerification = false",
    ])
      assert.ok(text.includes(`  ${line}\n`), line);
    assert.match(text, /\[enforcer\.jwtGenerator\]\n {2}enabled = true/);
  });

  it("mounts what else there is to mount, in one container each", async () => {
    const volume = (name: string, kind: string, container: string, mount: Values = {}) => ({
      name,
      resource: { kind, name: `${name}-1` },
      mount: { container, path: `/mnt/${name}`, ...mount },
    });
    const changes = {
      [`${DEPLOYMENT}.volumeConfigs`]: [
        volume("policy", "ConfigMap", "choreo-connect-router", { readOnly: true, subPath: "p" }),
        volume("extra", "Secret", "choreo-connect-adapter"),
        volume("lost", "Secret", "router"),
      ],
    };
    const manifests = await wired(changes);
    const last = (pod: string, component: Component) => ({
      mount: containerOf(manifests, component).volumeMounts?.find(({ mountPath }) =>
        mountPath.startsWith("/mnt"),
      ),
      volumes: podOf(manifests, pod).spec?.volumes?.filter(({ name }) =>
        ["policy", "extra", "lost"].includes(name),
      ),
    });
    assert.deepEqual(last("gateway-runtime", "router"), {
      mount: { name: "policy", mountPath: "/mnt/policy", readOnly: true, subPath: "p" },
      volumes: [{ name: "policy", configMap: { name: "policy-1" } }],
    });
    assert.deepEqual(last("adapter", "adapter"), {
      mount: { name: "extra", mountPath: "/mnt/extra" },
      volumes: [{ name: "extra", secret: { secretName: "extra-1" } }],
    });
    const values = changed(wiredChoreoConnect, changes);
    const notes = await helm().notes("choreo-connect", target, values);
    assert.match(notes, /WARNING: volumeConfigs: lost is mounted nowhere, .* container "router"\./);
  });

  it("warns that tokens cannot be checked when the certificate for it is gone", async () => {
    const notes = await helm().notes("choreo-connect", target, wiredChoreoConnect);
    assert.match(notes, /WARNING: config\.toml names wso2carbon\.pem/);
    const named = changed(wiredChoreoConnect, {
      [`${GATEWAY}.enforcer.security.truststore`]: [
        { secretName: "control-plane", subPath: "tls.crt", mountAs: "wso2carbon.pem" },
      ],
    });
    assert.doesNotMatch(await helm().notes("choreo-connect", target, named), /WARNING/);
  });

  it("leaves the number of gateways to an autoscaler, unless that is off", async () => {
    const name = `${fullname}-gateway-runtime`;
    const scaled = await plain();
    const autoscaler = scaled.get("HorizontalPodAutoscaler", name);
    assert.deepEqual(
      [autoscaler.spec?.minReplicas, autoscaler.spec?.maxReplicas, autoscaler.spec?.scaleTargetRef],
      [1, 5, { apiVersion: "apps/v1", kind: "Deployment", name }],
    );
    assert.equal(scaled.get("Deployment", name).spec?.replicas, undefined);
    const fixed = await plain({
      [`${GATEWAY}.autoscaling.enabled`]: false,
      [`${GATEWAY}.replicaCount`]: 2,
    });
    assert.deepEqual(fixed.names("HorizontalPodAutoscaler"), []);
    assert.equal(fixed.get("Deployment", name).spec?.replicas, 2);
  });

  it("takes images from Docker Hub, or with a subscription from WSO2", async () => {
    const image = (manifests: Manifests) => containerOf(manifests, "router").image;
    assert.equal(image(await plain()), "wso2/choreo-connect-router:1.2.0");
    const subscribed = await plain({ "wso2.subscription": { username: "u", password: "p" } });
    assert.equal(image(subscribed), "docker.wso2.com/choreo-connect-router:1.2.0.0");
    assert.deepEqual(podOf(subscribed, "adapter").spec?.imagePullSecrets, [
      { name: `${fullname}-wso2-subscription-creds` },
    ]);
    const mirrored = await plain({ [`${DEPLOYMENT}.dockerRegistry`]: "mirror.example" });
    assert.equal(image(mirrored), "mirror.example/choreo-connect-router:1.2.0");
  });
}
