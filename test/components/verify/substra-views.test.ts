import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { stringify } from "yaml";
import { Checklist } from "../../../verify/check";
import { distinctViews } from "../../../verify/pod-view";
import { readRelease } from "../../../verify/release";
import { BACKEND, SetupFault, backendSetup } from "../../../systems/substra/verify/setup";
import { makeCa } from "../../unit/x509/make-certificate";
import { base64, fakeCluster, secret } from "../../unit/cli/fake-cluster";

const TLS = "/var/substra/orchestrator/tls";
const SETTINGS = {
  ORCHESTRATOR_HOST: "orchestrator.example",
  ORCHESTRATOR_PORT: "443",
  ORCHESTRATOR_TLS_ENABLED: "true",
  ORCHESTRATOR_MTLS_ENABLED: "true",
  ORCHESTRATOR_TLS_SERVER_CACERT_PATH: `${TLS}/server/ca.crt`,
  ORCHESTRATOR_TLS_CLIENT_CERT_PATH: `${TLS}/client/tls.crt`,
  ORCHESTRATOR_TLS_CLIENT_KEY_PATH: `${TLS}/client/tls.key`,
};
const IDENTITY = { MSP_ID: "MyOrg1MSP", CHANNELS: '[{"mychannel":{"restricted":false}}]' };
const FORMER_IDENTITY = { LEDGER_MSP_ID: "MyOrg1MSP", LEDGER_CHANNELS: IDENTITY.CHANNELS };

interface Workload {
  readonly env?: Readonly<Record<string, string>>;
  readonly pair?: string;
}

function deployment(name: string, { env = {}, pair = "pair" }: Workload) {
  const spec = {
    containers: [
      {
        name,
        envFrom: [{ configMapRef: { name: "orchestrator" } }],
        env: Object.entries(env).map(([key, value]) => ({ name: key, value })),
        volumeMounts: [
          { name: "ca", mountPath: `${TLS}/server` },
          { name: "pair", mountPath: `${TLS}/client` },
        ],
      },
    ],
    volumes: [
      { name: "ca", secret: { secretName: "ca" } },
      { name: "pair", secret: { secretName: pair } },
    ],
  };
  return {
    kind: "Deployment",
    metadata: { name, generation: 1 },
    spec: { template: { spec } },
    status: { observedGeneration: 1, replicas: 1, updatedReplicas: 1, readyReplicas: 1 },
  };
}

/** Returns the views of a release with these workloads. */
async function viewsOf(
  version: string,
  workloads: Readonly<Record<string, Workload>>,
  identity: Readonly<Record<string, string>> = IDENTITY,
) {
  const deployments = Object.entries(workloads).map(([name, each]) => deployment(name, each));
  const configMap = {
    kind: "ConfigMap",
    metadata: { name: "orchestrator" },
    data: { ...SETTINGS, ...identity },
  };
  const release = {
    name: "backend",
    namespace: "ns",
    version: 1,
    info: { status: "deployed" },
    chart: { metadata: { name: "substra-backend", version } },
    manifest: [configMap, ...deployments].map((object) => `---\n${stringify(object)}`).join(""),
  };
  const packed = gzipSync(JSON.stringify(release)).toString("base64");
  const cluster = fakeCluster({
    "Secret/sh.helm.release.v1.backend.v1": {
      metadata: { name: "sh.helm.release.v1.backend.v1" },
      type: "helm.sh/release.v1",
      data: { release: base64(packed) },
    },
    "ConfigMap/orchestrator": configMap,
    ...Object.fromEntries(deployments.map((each) => [`Deployment/${each.metadata.name}`, each])),
    "Secret/ca": secret({ "ca.crt": makeCa() }),
    "Secret/pair": secret({ "tls.crt": "certificate", "tls.key": "key" }),
    "Secret/other": secret({ "tls.crt": "another", "tls.key": "key" }),
  });
  const ref = { name: "backend", namespace: "ns", revision: 1 };
  return distinctViews(await readRelease(cluster, ref, BACKEND, new Checklist("MyOrg1MSP")));
}

describe("a backend's workloads", () => {
  it("are verified as one if they differ only in settings that the backend does not read", async () => {
    const views = await viewsOf("26.15.3", {
      server: { env: { HOST_IP: "", ENABLE_METRICS: "True" } },
      worker: { env: { CELERY_WORKER_CONCURRENCY: "1", DEFAULT_DOMAIN: "https://org-1" } },
    });
    assert.deepEqual(
      views.map(({ workloads }) => workloads),
      [["Deployment server", "Deployment worker"]],
    );
  });

  for (const [what, workload] of [
    ["dials another host", { env: { ORCHESTRATOR_HOST: "elsewhere.example" } }],
    ["claims another MSP ID", { env: { MSP_ID: "MyOrg2MSP" } }],
    ["mounts another pair", { pair: "other" }],
  ] as const) {
    it(`are two if one ${what}`, async () => {
      const views = await viewsOf("26.15.3", { server: {}, worker: workload });
      assert.equal(views.length, 2);
    });
  }

  for (const [version, identity, wrong] of [
    ["26.15.3", IDENTITY, FORMER_IDENTITY],
    ["24.0.1", IDENTITY, FORMER_IDENTITY],
    ["24.0.0", FORMER_IDENTITY, IDENTITY],
    ["22.5.0", FORMER_IDENTITY, IDENTITY],
  ] as const) {
    it(`take their identity from ${Object.keys(identity).join(" and ")} in chart ${version}`, async () => {
      const [view] = await viewsOf(version, { server: {} }, identity);
      assert.ok(view);
      const { mspId, channels } = backendSetup(view);
      assert.deepEqual({ mspId, channels }, { mspId: "MyOrg1MSP", channels: ["mychannel"] });

      const [blind] = await viewsOf(version, { server: {} }, wrong);
      assert.ok(blind);
      const missing = new SetupFault(`${Object.keys(identity)[0] ?? ""} is not set.`);
      assert.throws(() => backendSetup(blind), missing);
    });
  }
});
