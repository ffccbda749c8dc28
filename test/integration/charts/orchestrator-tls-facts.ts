import assert from "node:assert/strict";
import { dirname } from "node:path/posix";
import type { V1PodTemplateSpec } from "@kubernetes/client-node";
import lt from "semver/functions/lt";
import { ORCHESTRATOR_CONTAINER } from "../../../components/substra/chart-beliefs";
import { changed, type Helm, type Values } from "./helm";
import {
  caFile,
  caVolume,
  channelConfig,
  env,
  mounts,
  server,
  serverPod,
} from "./orchestrator-server";
import { plainOrchestrator, strictOrchestrator } from "./values";

const target = { release: "orchestrator", namespace: "substra" };
const { files, paths, flags, port } = ORCHESTRATOR_CONTAINER;
const [CA, KEY, CERTIFICATE] = [
  paths.ORCHESTRATOR_TLS_SERVER_CA_CERT,
  paths.ORCHESTRATOR_TLS_KEY_PATH,
  paths.ORCHESTRATOR_TLS_CERT_PATH,
];
const CLIENTS = paths.ORCHESTRATOR_TLS_CLIENT_CA_CERT_DIR;

/** The part of chart orchestrator's contract that is about certificates: mounts, flags, probes, roll-outs. */
export function orchestratorTlsFacts(helm: () => Helm, version: string): void {
  const render = (values: Values) => helm().template("orchestrator", target, values);
  const strict = (changes: Values = {}) => render(changed(strictOrchestrator, changes));
  const plain = () => render(plainOrchestrator);

  it("mounts the channels, the pair, the CA, and a folder of CAs for each organization", async () => {
    const manifests = await strict();
    const volumes = mounts(manifests);
    const sources = Object.entries(volumes).map(([path, volume]) => {
      const { name, configMap, ...source } = volume ?? {};
      return [path, { name, ...(configMap ? { configMap: { name: configMap.name } } : source) }];
    });
    const file = (name: string) => caFile(version, name, `${name}.crt`);
    assert.deepEqual(Object.fromEntries(sources), {
      [paths.ORCHESTRATOR_CHANNEL_CONFIG]: {
        name: "orchestrator-config",
        configMap: { name: "orchestrator-server-config" },
      },
      [dirname(CERTIFICATE)]: {
        name: "orchestrator-tls-server-pair",
        secret: { secretName: "server-pair" },
      },
      [dirname(CA)]: { name: "orchestrator-tls-cacert", ...caVolume(version, "ca") },
      [`${CLIENTS}MyOrg1MSP`]: {
        name: "orchestrator-tls-client-cacert-my-org1-msp",
        projected: { sources: [file("ca-g1"), file("ca-g2")] },
      },
      [`${CLIENTS}MyOrg2MSP`]: {
        name: "orchestrator-tls-client-cacert-my-org2-msp",
        projected: { sources: [file("ca-g2")] },
      },
    });
    for (const path of Object.keys(volumes)) assert.ok(path.startsWith(files));
    const config = server(manifests).volumeMounts?.find(
      ({ name }) => name === "orchestrator-config",
    );
    assert.equal(config?.subPath, "config.yaml");
  });

  it("names a CA's file after its object, in kebab case", async () => {
    const path = "orchestrator.tls.mtls.clientCACerts.MyOrg1MSP";
    const manifests = await strict({ [path]: ["pair-7bfc1190", "http2xx"] });
    assert.deepEqual(mounts(manifests)[`${CLIENTS}MyOrg1MSP`]?.projected?.sources, [
      caFile(version, "pair-7bfc1190", "pair-7bfc1190.crt"),
      caFile(version, "http2xx", "http-2xx.crt"),
    ]);
  });

  it("tells the server the paths, and to check the MSP ID", async () => {
    const expected = {
      ...paths,
      [flags.tls]: "true",
      [flags.mutualTls]: "true",
      [flags.verifyMspId]: "true",
      ORCHESTRATOR_TX_RETRY_BUDGET: "500ms",
      LOG_SQL_VERBOSE: "false",
    };
    const found = env(await strict());
    const { ORCHESTRATOR_MODE: mode, ...others } = found;
    assert.deepEqual(others, expected);
    // templates/configmap-env-orchestrator.yaml, which also supported Hyperledger Fabric
    assert.equal(mode, lt(version, "8.1.0") ? "standalone" : undefined);
  });

  it("disables TLS, client certificates and the check of the MSP ID by default", async () => {
    const manifests = await plain();
    const found = env(manifests);
    assert.deepEqual(
      Object.values(flags).map((flag) => found[flag]),
      ["false", "false", "false"],
    );
    assert.deepEqual(Object.keys(mounts(manifests)), [paths.ORCHESTRATOR_CHANNEL_CONFIG]);
  });

  it("silently drops mTLS if TLS is off", async () => {
    const manifests = await strict({ "orchestrator.tls.enabled": false });
    assert.equal(env(manifests)[flags.mutualTls], "false");
    assert.equal(env(manifests)[flags.verifyMspId], "false");
    assert.deepEqual(Object.keys(mounts(manifests)), [paths.ORCHESTRATOR_CHANNEL_CONFIG]);
  });

  it("accepts a key without CA objects for an organization in no channel", async () => {
    const manifests = await strict({ "orchestrator.tls.mtls.clientCACerts.MyOrg3MSP": [] });
    assert.deepEqual(mounts(manifests)[`${CLIENTS}MyOrg3MSP`]?.projected, { sources: null });
  });

  it("is its own client in probes, under the name of the Ingress", async () => {
    const probe = {
      exec: {
        command: [
          "/bin/grpc_health_probe",
          "-v",
          `-addr=:${port}`,
          "-tls",
          `-tls-ca-cert=${CA}`,
          "-tls-server-name=orchestrator.example.com",
          `-tls-client-key=${KEY}`,
          `-tls-client-cert=${CERTIFICATE}`,
        ],
      },
      periodSeconds: 10,
      timeoutSeconds: 2,
    };
    const container = server(await strict());
    assert.deepEqual(container.startupProbe, { ...probe, failureThreshold: 6 });
    assert.deepEqual(container.livenessProbe, probe);
    assert.equal(container.readinessProbe, undefined);
  });

  for (const [what, changes, name] of [
    ["a disabled Ingress's", { "ingress.enabled": false }, "orchestrator.example.com"],
    ["the Service's default", { ingress: {} }, "orchestrator-server.substra.svc.cluster.local"],
  ] as const) {
    it(`lets the probes check ${what} name`, async () => {
      const probe = server(await strict(changes)).livenessProbe;
      assert.ok(probe?.exec?.command?.includes(`-tls-server-name=${name}`));
    });
  }

  it("probes without TLS if it is off", async () => {
    const probe = server(await plain()).livenessProbe;
    assert.deepEqual(probe?.exec?.command, ["/bin/grpc_health_probe", "-v", `-addr=:${port}`]);
  });

  it("rolls the pods if a flag changes", async () => {
    const before = serverPod(await strict());
    const after = serverPod(await strict({ "orchestrator.verifyClientMSPID": false }));
    const checksum = (pod: V1PodTemplateSpec) => pod.metadata?.annotations?.["checksum/config"];
    assert.match(checksum(before) ?? "", /^[0-9a-f]{64}$/);
    assert.notEqual(checksum(before), checksum(after));
  });

  it("does not roll the pods if channels change, which takes an annotation", async () => {
    const before = await strict();
    const channels = [{ name: "other", organizations: ["MyOrg1MSP"] }];
    const after = await strict({ channels });
    assert.notDeepEqual(channelConfig(before), channelConfig(after));
    assert.deepEqual(serverPod(before), serverPod(after));

    const annotated = await strict({ channels, podAnnotations: { "countersign/channels": "2" } });
    const old = serverPod(before).metadata?.annotations;
    const expected = { ...old, "countersign/channels": "2" };
    assert.deepEqual(serverPod(annotated).metadata?.annotations, expected);
  });

  it("rolls the pods if a Secret has another name, but without a checksum", async () => {
    const before = serverPod(await strict());
    const after = serverPod(await strict({ "orchestrator.tls.secrets.pair": "pair-2" }));
    assert.notDeepEqual(before.spec, after.spec);
    assert.deepEqual(before.metadata, after.metadata);
  });
}
