import assert from "node:assert/strict";
import { dirname } from "node:path/posix";
import { BACKEND_CONTAINERS, identityVariables } from "../../../components/substra/chart-beliefs";
import { backendAccessFacts } from "./backend-access-facts";
import {
  caSource,
  component,
  componentsOf,
  containerOf,
  fullname,
  orchestratorConfig,
  podOf,
  rolled,
  target,
  tlsMounts,
} from "./backend-pods";
import { backendRandomFacts } from "./backend-random-facts";
import { backendStoreFacts } from "./backend-store-facts";
import { changed, type Helm, type Values } from "./helm";
import { readWhole } from "./objects";
import { mutualBackend, plainBackend } from "./values";

const { paths, flags, host, port } = BACKEND_CONTAINERS;
const CA_FOLDER = dirname(paths.ORCHESTRATOR_TLS_SERVER_CACERT_PATH);
const PAIR_FOLDER = dirname(paths.ORCHESTRATOR_TLS_CLIENT_CERT_PATH);

/**
 * The contract of chart substra-backend: the facts that hold for a version, of the stand-in and of the real chart.
 *
 * @param version the version of the real chart, or that the stand-in stands for.
 */
export function backendFacts(helm: () => Helm, version = "26.15.3"): void {
  const render = (values: Values, release = target.release) =>
    helm().template("substra-backend", { ...target, release }, values);
  const mutual = (changes: Values = {}) => render(changed(mutualBackend, changes));
  const plain = (changes: Values = {}) => render(changed(plainBackend, changes));
  const components = componentsOf(version);
  const named = (kind: string, prefix: string) =>
    components.filter((each) => each.kind === kind).map(({ name }) => `${prefix}-${name}`);

  it("names everything after the release and the chart, for any release name", async () => {
    const manifests = await render(mutualBackend, "substra-backend");
    const prefix = "substra-backend-substra-backend";
    assert.deepEqual(manifests.names("Deployment"), [
      "substra-backend-docker-registry",
      "substra-backend-minio",
      ...named("Deployment", prefix),
    ]);
    assert.deepEqual(manifests.names("StatefulSet"), [
      "substra-backend-postgresql",
      "substra-backend-redis-master",
      ...named("StatefulSet", prefix),
    ]);
  });

  for (const each of components) {
    const { name, container = name, tls = true } = each;
    it(`mounts the TLS files ${tls ? "" : "not "}in ${name}, which reads the orchestrator's address`, async () => {
      const manifests = await mutual();
      assert.deepEqual(
        tlsMounts(manifests, each),
        tls
          ? {
              [CA_FOLDER]: caSource(version, "orchestrator-ca"),
              [PAIR_FOLDER]: { secretName: "client-pair" },
            }
          : {},
      );
      const found = containerOf(manifests, each);
      assert.equal(found.name, container);
      const expected = ["orchestrator", "settings", "database"];
      for (const suffix of expected) {
        assert.ok(readWhole(found).includes(`ConfigMap ${fullname}-${suffix}`), suffix);
      }
    });
  }

  it("mounts only the CA without client certificates, and nothing without TLS", async () => {
    const oneWay = await mutual({ "orchestrator.tls.mtls.enabled": false });
    assert.deepEqual(tlsMounts(oneWay, component("server")), {
      [CA_FOLDER]: caSource(version, "orchestrator-ca"),
    });
    assert.deepEqual(tlsMounts(await plain(), component("server")), {});
  });

  it("tells the pods the orchestrator's address, their identity and the paths of the files", async () => {
    const identity = identityVariables(version);
    assert.deepEqual(orchestratorConfig(await mutual()), {
      ...paths,
      [host]: "orchestrator-server.substra.svc.cluster.local",
      [port]: "9000",
      [flags.tls]: "true",
      [flags.mutualTls]: "true",
      [identity.mspId]: "MyOrg1MSP",
      [identity.channels]: JSON.stringify([
        { "our-channel": { model_export_enabled: true, restricted: false } },
      ]),
    });
  });

  it("silently drops mTLS if TLS is off", async () => {
    const manifests = await mutual({ "orchestrator.tls.enabled": false });
    assert.equal(orchestratorConfig(manifests)[flags.mutualTls], "false");
    assert.deepEqual(tlsMounts(manifests, component("server")), {});
  });

  it("rolls every pod if a value under config changes, with an annotation", async () => {
    const before = await mutual();
    const after = await mutual({ "config.COUNTERSIGN_GENERATION": "2" });
    for (const each of components) {
      const [old, now] = [podOf(before, each), podOf(after, each)];
      assert.notDeepEqual(old.metadata?.annotations, now.metadata?.annotations);
      assert.deepEqual(old.spec, now.spec);
    }
    const settings = after.get("ConfigMap", `${fullname}-settings`).data;
    assert.equal(settings?.COUNTERSIGN_GENERATION, "2");
    assert.equal(settings.ALLOWED_HOSTS, '[".org1.example.com"]');
    assert.equal(settings.DEFAULT_DOMAIN, "https://api.org1.example.com:443");
    assert.equal(settings.COMMON_HOST_DOMAIN, "org1.example.com");
    assert.equal(settings.ORG_NAME, "First");
  });

  it("rolls the pods that mount the client certificate's Secret if it has another name", async () => {
    const before = await mutual();
    const after = await mutual({ "orchestrator.tls.mtls.clientCertificate": "client-pair-2" });
    const mounting = components.filter(({ tls = true }) => tls).map(({ name }) => name);
    assert.deepEqual(rolled(version, before, after), mounting);
    for (const each of components) {
      assert.deepEqual(podOf(before, each).metadata, podOf(after, each).metadata);
    }
  });

  it("has two probes of the API server, which ask whether the orchestrator knows it", async () => {
    const container = containerOf(await mutual(), component("server"));
    assert.deepEqual(container.livenessProbe, {
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
    const without = await mutual({ "server.readinessProbe.enabled": false });
    assert.equal(containerOf(without, component("server")).readinessProbe, undefined);
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
    const own = manifests.names("Deployment").filter((name) => name.startsWith(fullname));
    assert.deepEqual(own, [`${fullname}-server`]);
    assert.ok(!manifests.names("StatefulSet").some((name) => name.startsWith(fullname)));
  });

  backendAccessFacts(helm, version);
  backendStoreFacts(helm, version);
  backendRandomFacts(helm, version);
}
