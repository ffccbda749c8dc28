import assert from "node:assert/strict";
import type { V1PodTemplateSpec } from "@kubernetes/client-node";
import { changed, type Helm, type Manifests, type Values } from "./helm";
import { mutualBackend, plainBackend } from "./values";

const target = { release: "backend", namespace: "org1" };
const fullname = "backend-substra-backend";
const deployments = ["api-events", "scheduler", "scheduler-worker", "server", "worker-events"];
const statefulSets = ["builder", "worker"];
const components = [...deployments, ...statefulSets];

/** The contract of chart substra-backend 26.15.3, fact by fact. */
export function backendFacts(helm: () => Helm): void {
  const render = (values: Values, release = target.release) =>
    helm().template("substra-backend", { ...target, release }, values);
  const mutual = (changes: Values = {}) => render(changed(mutualBackend, changes));
  const plain = (changes: Values = {}) => render(changed(plainBackend, changes));

  it("names everything after the release and the chart, whatever the release is called", async () => {
    const manifests = await render(mutualBackend, "substra-backend");
    const name = "substra-backend-substra-backend";
    assert.deepEqual(
      manifests.names("Deployment"),
      deployments.map((component) => `${name}-${component}`),
    );
    assert.deepEqual(manifests.names("StatefulSet"), [
      "substra-backend-minio",
      "substra-backend-postgresql",
      "substra-backend-redis-master",
      ...statefulSets.map((component) => `${name}-${component}`),
    ]);
  });

  for (const component of components) {
    const certificates = component !== "scheduler-worker";
    it(`mounts the TLS files ${certificates ? "" : "not "}in ${component}`, async () => {
      const expected = {
        "/var/substra/orchestrator/tls/server": { secretName: "orchestrator-ca" },
        "/var/substra/orchestrator/tls/client": { secretName: "client-pair" },
      };
      const pod = podOf(await mutual(), component);
      assert.deepEqual(tlsMounts(pod), certificates ? expected : {});
      assert.ok(readsConfigMap(pod, `${fullname}-orchestrator`));
    });
  }

  it("mounts only the CA without client certificates, and nothing without TLS", async () => {
    const oneWay = await mutual({ "orchestrator.tls.mtls.enabled": false });
    assert.deepEqual(tlsMounts(podOf(oneWay, "server")), {
      "/var/substra/orchestrator/tls/server": { secretName: "orchestrator-ca" },
    });
    assert.deepEqual(tlsMounts(podOf(await plain(), "server")), {});
  });

  it("tells the pods where the orchestrator is, who they are and where the files are", async () => {
    assert.deepEqual(orchestratorConfig(await mutual()), {
      ORCHESTRATOR_HOST: "orchestrator-server.substra.svc.cluster.local",
      ORCHESTRATOR_PORT: "9000",
      ORCHESTRATOR_TLS_ENABLED: "true",
      ORCHESTRATOR_MTLS_ENABLED: "true",
      ORCHESTRATOR_TLS_SERVER_CACERT_PATH: "/var/substra/orchestrator/tls/server/ca.crt",
      ORCHESTRATOR_TLS_CLIENT_CERT_PATH: "/var/substra/orchestrator/tls/client/tls.crt",
      ORCHESTRATOR_TLS_CLIENT_KEY_PATH: "/var/substra/orchestrator/tls/client/tls.key",
      LEDGER_MSP_ID: "MyOrg1MSP",
      LEDGER_CHANNELS: JSON.stringify([
        { "our-channel": { model_export_enabled: true, restricted: false } },
      ]),
    });
  });

  it("drops mTLS without a word when TLS is off, except in NOTES", async () => {
    const values = changed(mutualBackend, { "orchestrator.tls.enabled": false });
    const manifests = await render(values);
    assert.equal(orchestratorConfig(manifests).ORCHESTRATOR_MTLS_ENABLED, "false");
    assert.deepEqual(tlsMounts(podOf(manifests, "server")), {});
    const notes = await helm().notes("substra-backend", target, values);
    assert.match(notes, /TLS off, client certificate none/);
    assert.match(notes, /WARNING: orchestrator\.tls\.mtls\.enabled has no effect/);
  });

  it("rolls every pod when a value under config changes", async () => {
    const before = await mutual();
    const after = await mutual({ "config.COUNTERSIGN_GENERATION": "2" });
    for (const component of components) {
      assert.notDeepEqual(
        podOf(before, component).metadata?.annotations,
        podOf(after, component).metadata?.annotations,
      );
      assert.deepEqual(podOf(before, component).spec, podOf(after, component).spec);
    }
    const settings = after.get("ConfigMap", `${fullname}-settings`).data;
    assert.equal(settings?.COUNTERSIGN_GENERATION, "2");
    assert.equal(settings.ALLOWED_HOSTS, '[".org1.example.com"]');
    assert.equal(settings.DEFAULT_DOMAIN, "https://api.org1.example.com:443");
    assert.equal(settings.COMMON_HOST_DOMAIN, "org1.example.com");
    assert.equal(settings.ORG_NAME, "First");
  });

  it("rolls the pods that mount it when the client certificate's Secret has another name", async () => {
    const before = await mutual();
    const after = await mutual({ "orchestrator.tls.mtls.clientCertificate": "client-pair-2" });
    for (const component of components) {
      const [old, now] = [before, after].map((manifests) => podOf(manifests, component));
      assert.deepEqual(old?.metadata, now?.metadata);
      if (component === "scheduler-worker") assert.deepEqual(old, now);
      else assert.notDeepEqual(old, now);
    }
  });

  it("asks the API server twice whether the orchestrator knows it", async () => {
    const [container] = podOf(await mutual(), "server").spec?.containers ?? [];
    assert.deepEqual(container?.livenessProbe, {
      httpGet: { path: "/liveness", port: "http" },
      initialDelaySeconds: 60,
      periodSeconds: 45,
      timeoutSeconds: 5,
      failureThreshold: 6,
      successThreshold: 1,
    });
    assert.deepEqual(container.readinessProbe, {
      httpGet: { path: "/readiness", port: "http" },
      initialDelaySeconds: 5,
      periodSeconds: 30,
      timeoutSeconds: 2,
      failureThreshold: 3,
      successThreshold: 1,
    });
    assert.deepEqual(container.resources?.requests, { cpu: "1000m", memory: "6Gi" });
    const without = await mutual({ "server.readinessProbe.enabled": false });
    assert.equal(podOf(without, "server").spec?.containers[0]?.readinessProbe, undefined);
  });

  it("lets pods look for the orchestrator inside or outside the cluster, not in both", async () => {
    const name = "substra-backend-orchestrator-client-egress";
    const privateRanges = ["10.0.0.0/8", "192.168.0.0/16", "172.16.0.0/20"];
    const inside = (await mutual()).get("NetworkPolicy", name).spec?.egress;
    assert.deepEqual(inside, [
      {
        to: privateRanges.map((cidr) => ({ ipBlock: { cidr } })),
        ports: [{ protocol: "TCP", port: 9000 }],
      },
    ]);
    const far = await mutual({ "orchestrator.sameCluster": false, "orchestrator.port": 443 });
    assert.deepEqual(far.get("NetworkPolicy", name).spec?.egress, [
      {
        to: [{ ipBlock: { cidr: "0.0.0.0/0", except: privateRanges } }],
        ports: [{ protocol: "TCP", port: 443 }],
      },
    ]);
    const labels = podOf(far, "worker").metadata?.labels;
    assert.equal(labels?.["role-orchestrator-client"], "true");
  });

  it("hands the accounts to the migrations, a hook after each installation and upgrade", async () => {
    const manifests = await mutual();
    const secret = manifests.get("Secret", `${fullname}-add-account`);
    assert.deepEqual(secret.stringData, {
      users: "admin a-password-of-20-char our-channel\n",
      incoming_organizations: "Second from-second\n",
      outgoing_organizations: "First to-first\n",
    });
    const job = manifests.get("Job", `${fullname}-migrations`);
    assert.deepEqual(job.metadata?.annotations, {
      "helm.sh/hook": "post-install,post-upgrade",
      "helm.sh/hook-delete-policy": "before-hook-creation",
    });
    assert.deepEqual(job.spec?.template.spec?.volumes, [
      { name: "accounts", secret: { secretName: `${fullname}-add-account` } },
    ]);
    const existing = await mutual({ "addAccountOperator.existingSecret": "accounts" });
    assert.ok(!existing.names("Secret").includes(`${fullname}-add-account`));
  });

  it("bundles database, queue and object store from images that can be pulled", async () => {
    const manifests = await mutual();
    const image = (name: string) =>
      manifests.get("StatefulSet", name).spec?.template.spec?.containers[0]?.image;
    assert.match(image("backend-postgresql") ?? "", /^docker\.io\/bitnamilegacy\/postgresql:16/);
    assert.match(image("backend-redis-master") ?? "", /^docker\.io\/bitnamilegacy\/redis:/);
    assert.match(image("backend-minio") ?? "", /^docker\.io\/bitnamilegacy\/minio:/);
    assert.deepEqual(manifests.names("Service"), [
      "backend-minio",
      "backend-postgresql",
      "backend-redis-master",
      ...["builder", "server", "worker"].map((component) => `${fullname}-${component}`),
    ]);
    const database = manifests.get("ConfigMap", `${fullname}-database`).data;
    assert.equal(database?.DATABASE_HOSTNAME, "backend-postgresql.org1");
  });

  it("adds a private CA for HTTPS between backends to every pod, from a Secret", async () => {
    const manifests = await mutual({
      privateCa: { enabled: true, secret: { name: "private-ca", data: "PEM" } },
    });
    const secret = manifests.get("Secret", "private-ca");
    assert.deepEqual(secret.stringData, { "private-ca.crt": "PEM" });
    for (const component of components) {
      const { spec } = podOf(manifests, component);
      assert.deepEqual(
        spec?.volumes?.find(({ name }) => name === "private-ca"),
        { name: "private-ca", secret: { secretName: "private-ca" } },
      );
      assert.deepEqual(spec.containers[0]?.env, [
        { name: "REQUESTS_CA_BUNDLE", value: "/etc/ssl/certs/ca-certificates.crt" },
      ]);
    }
    const existing = await mutual({ privateCa: { enabled: true } });
    assert.ok(!existing.names("Secret").includes("substra-private-ca"));
  });

  it("serves the API on its own host, and on more", async () => {
    const manifests = await mutual({ "server.ingress.extraHosts": [{ name: "api.b" }] });
    const ingress = manifests.get("Ingress", `${fullname}-server`);
    assert.deepEqual(
      ingress.spec?.rules?.map(({ host }) => host),
      ["api.org1.example.com", "api.b"],
    );
    const service = manifests.get("Service", `${fullname}-server`);
    assert.deepEqual(service.spec?.ports, [{ name: "http", port: 8000, targetPort: "http" }]);
  });

  it("replaces the API server instead of rolling it, for its volume mounts once", async () => {
    const manifests = await mutual();
    const { spec } = manifests.get("Deployment", `${fullname}-server`);
    assert.equal(spec?.strategy?.type, "Recreate");
    assert.deepEqual(manifests.names("PersistentVolumeClaim"), [`${fullname}-servermedias`]);
  });

  it("runs only the components that are enabled", async () => {
    const off = [
      "api.events",
      "worker.events",
      "worker",
      "builder",
      "scheduler",
      "schedulerWorker",
    ];
    const manifests = await mutual(Object.fromEntries(off.map((at) => [`${at}.enabled`, false])));
    assert.deepEqual(manifests.names("Deployment"), [`${fullname}-server`]);
  });
}

function podOf(manifests: Manifests, component: string): V1PodTemplateSpec {
  const kind = statefulSets.includes(component) ? "StatefulSet" : "Deployment";
  const { spec } = manifests.get(kind, `${fullname}-${component}`);
  assert.ok(spec);
  return spec.template;
}

/** The Secrets of the orchestrator's TLS by the path of their mount. */
function tlsMounts({ spec }: V1PodTemplateSpec) {
  const volumes = new Map(spec?.volumes?.map((volume) => [volume.name, volume.secret]));
  const mounts = spec?.containers[0]?.volumeMounts ?? [];
  return Object.fromEntries(
    mounts
      .filter(({ name }) => name.startsWith("orchestrator-tls-"))
      .map(({ name, mountPath }) => [mountPath, volumes.get(name)]),
  );
}

function readsConfigMap({ spec }: V1PodTemplateSpec, name: string): boolean {
  const sources = spec?.containers[0]?.envFrom ?? [];
  return sources.some(({ configMapRef }) => configMapRef?.name === name);
}

function orchestratorConfig(manifests: Manifests): Record<string, string> {
  return manifests.get("ConfigMap", `${fullname}-orchestrator`).data ?? {};
}
