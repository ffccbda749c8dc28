import assert from "node:assert/strict";
import { nodeAt } from "../../../components/choreo-connect/adapter/settings";
import {
  CHART_VARIABLES,
  containerOf as containerNameOf,
  fullName,
  serviceOf,
} from "../../../components/choreo-connect/chart";
import { CONFIG_TOML } from "../../../components/choreo-connect/paths";
import {
  COMPONENTS,
  configIn,
  configTomlIn,
  containerOf,
  fullname,
  podOf,
  settingsIn,
  target,
  type Component,
  configTomlOf,
  deploymentOf,
} from "./choreo-connect-pods";
import { changed, type Helm, type Manifests, type Values } from "./helm";
import { wiredChoreoConnect } from "./values";

const DEPLOYMENT = "wso2.deployment";
const GATEWAY = `${DEPLOYMENT}.gatewayRuntime`;

/** Tests the contract of chart choreo-connect 1.2.0-2, except for keys and certificates. */
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
      const deployments = COMPONENTS.map((part) => deploymentOf(name, part));
      assert.deepEqual(manifests.names("Deployment"), [...new Set(deployments)].sort());
      const services = [serviceOf(name, "adapter"), serviceOf(name, "router")];
      assert.deepEqual(manifests.names("Service"), services);
      assert.deepEqual(manifests.names("Ingress"), services);
      assert.deepEqual(manifests.names("ServiceAccount"), [name]);
      assert.ok(manifests.names("ConfigMap").includes(configTomlOf(name)));
    });
  }

  it("gives all objects different names if names are short enough", async () => {
    const release = "r".repeat(21);
    const { all } = await render(wiredChoreoConnect, release);
    const names = all.map(({ kind, metadata }) => `${kind ?? ""} ${metadata?.name ?? ""}`);
    assert.equal(new Set(names).size, names.length);
    for (const name of names) assert.match(name, /^\S+ [-a-z0-9]{1,62}[a-z0-9]$/);
    assert.ok(names.includes(`ConfigMap ${fullName(release)}-enforcer-grpc-probe-script`));
  });

  it("names the containers, each in its pod", async () => {
    const manifests = await wired();
    for (const part of COMPONENTS) {
      const names = (podOf(manifests, part).spec?.containers ?? []).map(({ name }) => name);
      assert.ok(names.includes(containerNameOf(part)));
      assert.equal(names.length, part === "adapter" ? 1 : 2);
    }
  });

  it("gives the configuration only to the adapter, and fills in values", async () => {
    const text =
      '# of\n  vhost = "{{ .Values.wso2.deployment.labelName }} of {{ .Release.Name }}"\n';
    const manifests = await wired({ [`${DEPLOYMENT}.adapter.configToml`]: text });
    assert.equal(configTomlIn(manifests).trimEnd(), '# of\n  vhost = "Default of gateway"');
    const mounts = (component: Component) =>
      containerOf(manifests, component).volumeMounts?.filter(
        ({ mountPath }) => mountPath === CONFIG_TOML,
      );
    assert.deepEqual(mounts("adapter"), [
      { name: "config-toml", mountPath: CONFIG_TOML, subPath: "config.toml" },
    ]);
    assert.deepEqual([...(mounts("enforcer") ?? []), ...(mounts("router") ?? [])], []);
  });

  it("has its own configuration that the adapter can read, with the names from the values", async () => {
    const hostname = "gw.example.com";
    const manifests = await wired({ [`${GATEWAY}.router.ingress.hostname`]: hostname });
    const config = configIn(manifests);
    const text = (...path: (string | number)[]) => {
      const node = nodeAt(config, path);
      return node?.kind === "value" ? node.value : undefined;
    };
    assert.equal(text("Adapter", "VhostMapping", 0, "Vhost"), hostname);
    assert.equal(text("router", "SystemHost"), hostname);
    assert.equal(text("Enforcer", "JwtIssuer", "Issuer"), `https://${hostname}/testkey`);
    for (const probe of ["startupProbe", "livenessProbe", "readinessProbe"] as const)
      assert.deepEqual(containerOf(manifests, "router")[probe]?.httpGet?.httpHeaders, [
        { name: "Host", value: hostname },
      ]);
    assert.equal(text("Adapter", "Server", "Enabled"), true);
    assert.equal(settingsIn(manifests).sendsTokens, true);
  });

  it("has a readable configuration with an API Manager, too", async () => {
    const manifests = await wired({
      [`${DEPLOYMENT}.mode`]: "APIM_AS_CP",
      [`${DEPLOYMENT}.labelName`]: "EU",
      "wso2.apim.controlPlane.eventListeners": ["one.apim", "two.apim"],
    });
    const config = configIn(manifests);
    const labels = nodeAt(config, ["controlPlane", "EnvironmentLabels"]);
    const [label] = labels?.kind === "list" ? labels.items : [];
    assert.ok(label?.kind === "value" && label.value === "EU");
    const groups = nodeAt(config, ["Enforcer", "Throttling", "Publisher", "URLGroup"]);
    assert.ok(groups?.kind === "tables" && groups.items.length === 2);
    const rest = nodeAt(config, ["Adapter", "Server", "Enabled"]);
    assert.ok(rest?.kind === "value" && rest.value === false);
    assert.deepEqual(manifests.names("Ingress"), [serviceOf(fullname, "router")]);
  });

  it("replaces no pod if the configuration changes", async () => {
    const pods = async (changes: Values) => {
      const manifests = await wired(changes);
      return COMPONENTS.map((part) => podOf(manifests, part));
    };
    const text = { [`${DEPLOYMENT}.adapter.configToml`]: "[router]\n" };
    assert.deepEqual(await pods(text), await pods({}));
  });

  it("sets variables of the adapter itself, which a list in the values replaces", async () => {
    const names = async (changes: Values) =>
      containerOf(await wired(changes), "adapter").env?.map(({ name, value }) => ({ name, value }));
    const own = await names({});
    assert.deepEqual(own?.slice(-CHART_VARIABLES.length), CHART_VARIABLES);
    const mine = [{ name: "MINE", value: "1" }];
    assert.deepEqual(await names({ [`${DEPLOYMENT}.adapter.envOverride`]: mine }), [
      ...own.slice(0, -CHART_VARIABLES.length),
      ...mine,
    ]);
  });

  it("mounts additional volumes, in one container each", async () => {
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
    const last = (component: Component) => ({
      mount: containerOf(manifests, component).volumeMounts?.find(({ mountPath }) =>
        mountPath.startsWith("/mnt"),
      ),
      volumes: podOf(manifests, component).spec?.volumes?.filter(({ name }) =>
        ["policy", "extra", "lost"].includes(name),
      ),
    });
    assert.deepEqual(last("router"), {
      mount: { name: "policy", mountPath: "/mnt/policy", readOnly: true, subPath: "p" },
      volumes: [{ name: "policy", configMap: { name: "policy-1" } }],
    });
    assert.deepEqual(last("adapter"), {
      mount: { name: "extra", mountPath: "/mnt/extra" },
      volumes: [{ name: "extra", secret: { secretName: "extra-1" } }],
    });
  });

  it("leaves the number of gateways to an autoscaler, unless it is switched off", async () => {
    const name = deploymentOf(fullname, "router");
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

  it("takes images from Docker Hub or, with a subscription, from WSO2", async () => {
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
