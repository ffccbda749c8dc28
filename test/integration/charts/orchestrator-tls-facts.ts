import assert from "node:assert/strict";
import type { V1PodTemplateSpec } from "@kubernetes/client-node";
import { changed, type Helm, type Values } from "./helm";
import { caFile, channelConfig, env, mounts, server, serverPod } from "./orchestrator-server";
import { plainOrchestrator, strictOrchestrator } from "./values";

const target = { release: "orchestrator", namespace: "substra" };

/** The contract of chart orchestrator 8.8.0 as far as it is about certificates: mounts, flags, probes, roll-outs. */
export function orchestratorTlsFacts(helm: () => Helm): void {
  const render = (values: Values) => helm().template("orchestrator", target, values);
  const strict = (changes: Values = {}) => render(changed(strictOrchestrator, changes));
  const plain = () => render(plainOrchestrator);

  it("mounts the channels, the pair, the CA and one folder of CAs an organization", async () => {
    const manifests = await strict();
    assert.deepEqual(mounts(manifests), {
      "/var/orchestrator/config.yaml": {
        name: "orchestrator-config",
        configMap: { name: "orchestrator-server-config" },
      },
      "/var/orchestrator/tls/server/pair": {
        name: "orchestrator-tls-server-pair",
        secret: { secretName: "server-pair" },
      },
      "/var/orchestrator/tls/server/cacert": {
        name: "orchestrator-tls-cacert",
        secret: { secretName: "ca" },
      },
      "/var/orchestrator/tls/client/MyOrg1MSP": {
        name: "orchestrator-tls-client-cacert-my-org1-msp",
        projected: { sources: [caFile("ca-g1", "ca-g1.crt"), caFile("ca-g2", "ca-g2.crt")] },
      },
      "/var/orchestrator/tls/client/MyOrg2MSP": {
        name: "orchestrator-tls-client-cacert-my-org2-msp",
        projected: { sources: [caFile("ca-g2", "ca-g2.crt")] },
      },
    });
    const config = server(manifests).volumeMounts?.find(
      ({ name }) => name === "orchestrator-config",
    );
    assert.equal(config?.subPath, "config.yaml");
  });

  it("writes the Secret's name in kebab case, as the file of its CA", async () => {
    const path = "orchestrator.tls.mtls.clientCACerts.MyOrg1MSP";
    const manifests = await strict({ [path]: ["pair-7bfc1190", "http2xx"] });
    assert.deepEqual(
      mounts(manifests)["/var/orchestrator/tls/client/MyOrg1MSP"]?.projected?.sources,
      [caFile("pair-7bfc1190", "pair-7bfc1190.crt"), caFile("http2xx", "http-2xx.crt")],
    );
  });

  it("tells the server where everything is, and to check the MSP ID", async () => {
    assert.deepEqual(env(await strict()), {
      LOG_SQL_VERBOSE: "false",
      ORCHESTRATOR_CHANNEL_CONFIG: "/var/orchestrator/config.yaml",
      ORCHESTRATOR_TX_RETRY_BUDGET: "500ms",
      ORCHESTRATOR_TLS_ENABLED: "true",
      ORCHESTRATOR_TLS_CERT_PATH: "/var/orchestrator/tls/server/pair/tls.crt",
      ORCHESTRATOR_TLS_KEY_PATH: "/var/orchestrator/tls/server/pair/tls.key",
      ORCHESTRATOR_MTLS_ENABLED: "true",
      ORCHESTRATOR_TLS_SERVER_CA_CERT: "/var/orchestrator/tls/server/cacert/ca.crt",
      ORCHESTRATOR_TLS_CLIENT_CA_CERT_DIR: "/var/orchestrator/tls/client/",
      ORCHESTRATOR_VERIFY_CLIENT_MSP_ID: "true",
    });
  });

  it("has TLS, client certificates and the check of the MSP ID off by default", async () => {
    const manifests = await plain();
    const flags = ["TLS_ENABLED", "MTLS_ENABLED", "VERIFY_CLIENT_MSP_ID"];
    const found = env(manifests);
    assert.deepEqual(
      flags.map((flag) => found[`ORCHESTRATOR_${flag}`]),
      ["false", "false", "false"],
    );
    assert.deepEqual(Object.keys(mounts(manifests)), ["/var/orchestrator/config.yaml"]);
  });

  it("drops mTLS without a word when TLS is off, except in NOTES", async () => {
    const values = changed(strictOrchestrator, { "orchestrator.tls.enabled": false });
    const manifests = await render(values);
    assert.equal(env(manifests).ORCHESTRATOR_MTLS_ENABLED, "false");
    assert.equal(env(manifests).ORCHESTRATOR_VERIFY_CLIENT_MSP_ID, "false");
    assert.deepEqual(Object.keys(mounts(manifests)), ["/var/orchestrator/config.yaml"]);
    const notes = await helm().notes("orchestrator", target, values);
    assert.match(notes, /WARNING: orchestrator\.tls\.mtls\.enabled has no effect/);
    assert.match(notes, /WARNING: orchestrator\.verifyClientMSPID has no effect/);
  });

  it("takes a key without Secrets for an organization on no channel", async () => {
    const manifests = await strict({ "orchestrator.tls.mtls.clientCACerts.MyOrg3MSP": [] });
    assert.deepEqual(mounts(manifests)["/var/orchestrator/tls/client/MyOrg3MSP"]?.projected, {
      sources: null,
    });
  });

  it("probes as a client of its own, under the name of the ingress", async () => {
    const probe = {
      exec: {
        command: [
          "/bin/grpc_health_probe",
          "-v",
          "-addr=:9000",
          "-tls",
          "-tls-ca-cert=/var/orchestrator/tls/server/cacert/ca.crt",
          "-tls-server-name=orchestrator.example.com",
          "-tls-client-cert=/var/orchestrator/tls/server/pair/tls.crt",
          "-tls-client-key=/var/orchestrator/tls/server/pair/tls.key",
        ],
      },
      periodSeconds: 10,
      timeoutSeconds: 2,
    };
    const container = server(await strict());
    assert.deepEqual(container.startupProbe, { ...probe, failureThreshold: 6 });
    assert.deepEqual(container.livenessProbe, { ...probe, failureThreshold: 3 });
    assert.equal(container.readinessProbe, undefined);
  });

  for (const [what, changes, name] of [
    ["a switched-off ingress's", { "ingress.enabled": false }, "orchestrator.example.com"],
    [
      "without a hostname the Service's",
      { ingress: { hostname: "" } },
      "orchestrator-server.substra.svc.cluster.local",
    ],
    ["by default the placeholder's", { ingress: {} }, "orchestrator.org-1.com"],
  ] as const) {
    it(`has the probes check ${what} name`, async () => {
      const probe = server(await strict(changes)).livenessProbe;
      assert.ok(probe?.exec?.command?.includes(`-tls-server-name=${name}`));
    });
  }

  it("probes without TLS when it is off", async () => {
    const probe = server(await plain()).livenessProbe;
    assert.deepEqual(probe?.exec?.command, ["/bin/grpc_health_probe", "-v", "-addr=:9000"]);
  });

  it("rolls the pods when a flag changes", async () => {
    const before = serverPod(await strict());
    const after = serverPod(await strict({ "orchestrator.verifyClientMSPID": false }));
    const checksum = (pod: V1PodTemplateSpec) => pod.metadata?.annotations?.["checksum/config"];
    assert.match(checksum(before) ?? "", /^[0-9a-f]{64}$/);
    assert.notEqual(checksum(before), checksum(after));
  });

  it("rolls nothing when channels change: that takes an annotation", async () => {
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

  it("rolls the pods when a Secret has another name, but by no checksum", async () => {
    const before = serverPod(await strict());
    const after = serverPod(await strict({ "orchestrator.tls.secrets.pair": "pair-2" }));
    assert.notDeepEqual(before.spec, after.spec);
    assert.deepEqual(before.metadata, after.metadata);
  });
}
