import assert from "node:assert/strict";
import type {
  V1ConfigMap,
  V1Container,
  V1Deployment,
  V1Ingress,
  V1Job,
  V1NetworkPolicy,
  V1PodTemplateSpec,
  V1Secret,
  V1Service,
  V1StatefulSet,
} from "@kubernetes/client-node";
import { parse } from "yaml";
import { changed, type Helm, type Manifests, type Values } from "./helm";
import { plainOrchestrator, strictOrchestrator } from "./values";

const target = { release: "orchestrator", namespace: "substra" };

/** The contract of chart orchestrator 8.8.0, fact by fact. */
export function orchestratorFacts(helm: () => Helm): void {
  const render = (values: Values, release = target.release) =>
    helm().template("orchestrator", { ...target, release }, values);
  const strict = (changes: Values = {}) => render(changed(strictOrchestrator, changes));
  const plain = (changes: Values = {}) => render(changed(plainOrchestrator, changes));

  for (const [release, changes, server] of [
    ["orchestrator", {}, "orchestrator-server"],
    ["my-orchestrator-1", {}, "my-orchestrator-1-server"],
    ["substra", {}, "substra-orchestrator-server"],
    ["substra", { nameOverride: "hub" }, "substra-hub-server"],
    ["substra", { "orchestrator.fullnameOverride": "hub" }, "hub"],
    ["substra", { fullnameOverride: "hub" }, "substra-orchestrator-server"],
  ] as const) {
    it(`names the server of release ${release} with ${JSON.stringify(changes)} ${server}`, async () => {
      const manifests = await render(changed(plainOrchestrator, changes), release);
      assert.deepEqual(manifests.names("Deployment"), [server]);
      assert.ok(manifests.names("Service").includes(server));
      const configMaps = manifests.names("ConfigMap");
      for (const suffix of ["config", "env"]) {
        assert.ok(configMaps.includes(`${server}-${suffix}`));
      }
    });
  }

  it("renames only the ServiceAccount with fullnameOverride", async () => {
    const manifests = await plain({ fullnameOverride: "hub" });
    assert.deepEqual(manifests.names("ServiceAccount"), ["hub"]);
    assert.equal(serverPod(manifests).spec?.serviceAccountName, "hub");
  });

  it("serves port 9000", async () => {
    const manifests = await plain();
    const service = manifests.get<V1Service>("Service", "orchestrator-server");
    assert.deepEqual(service.spec?.ports, [{ name: "grpc", port: 9000, targetPort: "grpc" }]);
    assert.deepEqual(server(manifests).ports, [{ name: "grpc", containerPort: 9000 }]);
  });

  it("keeps the container's port when the Service's is another", async () => {
    const manifests = await plain({ "service.port": 9001 });
    const service = manifests.get<V1Service>("Service", "orchestrator-server");
    assert.equal(service.spec?.ports?.[0]?.port, 9001);
    assert.equal(server(manifests).ports?.[0]?.containerPort, 9000);
    const policy = manifests.get<V1NetworkPolicy>("NetworkPolicy", "orchestrator-server");
    assert.deepEqual(policy.spec?.ingress?.[1]?.ports, [{ protocol: "TCP", port: 9001 }]);
  });

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

  it("gives the server a map from channel to members", async () => {
    assert.deepEqual(channelConfig(await strict()), {
      channels: { "our-channel": ["MyOrg1MSP", "MyOrg2MSP"] },
    });
    assert.deepEqual(channelConfig(await plain()), { channels: {} });
  });

  it("migrates the schema in a hook after each installation and upgrade", async () => {
    const job = (await strict()).get<V1Job>("Job", "orchestrator-migrations");
    assert.deepEqual(job.metadata?.annotations, {
      "helm.sh/hook": "post-install,post-upgrade",
      "helm.sh/hook-delete-policy": "before-hook-creation",
    });
    assert.deepEqual(job.spec?.template.spec?.volumes, undefined);
    const named = await strict({ "migrations.fullnameOverride": "schema" });
    assert.deepEqual(named.names("Job"), ["schema"]);
  });

  it("pastes one database URL for server and migrations, in plain text to the bundled one", async () => {
    const manifests = await plain();
    const url =
      "postgres://$(DATABASE_USERNAME):$(DATABASE_PASSWORD)@$(DATABASE_HOSTNAME):$(DATABASE_PORT)/$(DATABASE_DATABASE)";
    const job = manifests.get<V1Job>("Job", "orchestrator-migrations");
    const { data } = manifests.get<V1ConfigMap>("ConfigMap", "orchestrator-server-database");
    assert.equal(databaseUrl(server(manifests)), `${url}?sslmode=disable`);
    assert.equal(databaseUrl(job.spec?.template.spec?.containers[0]), `${url}?sslmode=disable`);
    assert.equal(data?.DATABASE_HOSTNAME, "orchestrator-postgresql.substra");

    const external = { "postgresql.enabled": false, "database.host": "db.example.com" };
    assert.equal(databaseUrl(server(await plain(external))), url);
    const encrypted = { ...external, "database.connectionParameters": "sslmode=verify-full" };
    assert.equal(databaseUrl(server(await plain(encrypted))), `${url}?sslmode=verify-full`);
  });

  it("waits for the database before it starts", async () => {
    const [wait] = serverPod(await plain()).spec?.initContainers ?? [];
    assert.equal(wait?.image, "postgres:17");
    assert.equal(wait.env?.[0]?.value, "orchestrator-postgresql.substra");
  });

  it("bundles a database whose image and account are those of the values", async () => {
    const manifests = await plain();
    const set = manifests.get<V1StatefulSet>("StatefulSet", "orchestrator-postgresql");
    const [container] = set.spec?.template.spec?.containers ?? [];
    assert.equal(container?.image, "docker.io/bitnamilegacy/postgresql:16.3.0-debian-12-r9");
    assert.deepEqual(container.env, [
      { name: "POSTGRES_USER", value: "u" },
      { name: "POSTGRES_DATABASE", value: "d" },
      {
        name: "POSTGRES_PASSWORD",
        valueFrom: { secretKeyRef: { name: "orchestrator-postgresql", key: "password" } },
      },
    ]);
    const secret = manifests.get<V1Secret>("Secret", "orchestrator-postgresql");
    assert.deepEqual(secret.stringData, { password: "p" });
  });

  it("takes the bundled image from elsewhere", async () => {
    const image = { registry: "mirror.example.com", repository: "bitnami/postgresql", tag: "16" };
    const manifests = await plain({ "postgresql.image": image });
    const set = manifests.get<V1StatefulSet>("StatefulSet", "orchestrator-postgresql");
    const [container] = set.spec?.template.spec?.containers ?? [];
    assert.equal(container?.image, "mirror.example.com/bitnami/postgresql:16");
  });

  it("makes no Secret of credentials that another one holds", async () => {
    const manifests = await plain({
      "database.auth.credentialsSecretName": "database",
      "postgresql.auth.existingSecret": "database",
    });
    assert.deepEqual(manifests.names("Secret"), []);
    assert.deepEqual(server(manifests).envFrom?.at(-1), { secretRef: { name: "database" } });
  });

  it("lets everybody into the database by default, and says so in NOTES", async () => {
    const image = { repository: "bitnamilegacy/postgresql" };
    const manifests = await render({ postgresql: { image } });
    const set = manifests.get<V1StatefulSet>("StatefulSet", "orchestrator-postgresql");
    const [container] = set.spec?.template.spec?.containers ?? [];
    assert.deepEqual(container?.env?.at(-1), { name: "ALLOW_EMPTY_PASSWORD", value: "true" });
    assert.deepEqual(manifests.names("Secret"), ["orchestrator-server-database"]);
    const notes = await helm().notes("orchestrator", target, { postgresql: { image } });
    assert.match(notes, /WARNING: the bundled database lets everyone in/);
  });

  it("leaves the TLS stream to the server, behind nginx", async () => {
    const ingress = (await strict()).get<V1Ingress>("Ingress", "orchestrator-server");
    assert.deepEqual(ingress.metadata?.annotations, {
      "nginx.ingress.kubernetes.io/ssl-passthrough": "true",
    });
    assert.equal(ingress.spec?.ingressClassName, "nginx");
    assert.equal(ingress.spec.tls, undefined);
    const [rule] = ingress.spec.rules ?? [];
    assert.equal(rule?.host, "orchestrator.example.com");
    assert.deepEqual(rule.http?.paths[0]?.backend.service, {
      name: "orchestrator-server",
      port: { name: "grpc" },
    });
  });

  it("serves extraHosts in place of a hostname", async () => {
    const ingress = { enabled: true, hostname: "", extraHosts: [{ name: "a.b" }, { name: "c.d" }] };
    const { spec } = (await strict({ ingress })).get<V1Ingress>("Ingress", "orchestrator-server");
    assert.deepEqual(
      spec?.rules?.map(({ host }) => host),
      ["a.b", "c.d"],
    );
  });

  it("asks cert-manager for a pair that the probes can use", async () => {
    const manifests = await strict({
      "orchestrator.tls.createCertificates": {
        enabled: true,
        issuer: "ours",
        domains: ["*.example.com"],
      },
    });
    assert.deepEqual(manifests.get("Certificate", "orchestrator-server"), {
      apiVersion: "cert-manager.io/v1",
      kind: "Certificate",
      metadata: manifests.get("Deployment", "orchestrator-server").metadata,
      spec: {
        secretName: "server-pair",
        duration: "2160h",
        renewBefore: "360h",
        subject: { organizations: ["Owkin"] },
        privateKey: { algorithm: "RSA", encoding: "PKCS1", size: 2048 },
        usages: ["server auth", "client auth"],
        dnsNames: ["*.example.com"],
        issuerRef: { name: "ours", kind: "ClusterIssuer" },
      },
    });
  });

  it("admits the outside by an ingress, and backends of the cluster by their label", async () => {
    const policy = (await strict()).get<V1NetworkPolicy>("NetworkPolicy", "orchestrator-server");
    const except = ["10.0.0.0/8", "192.168.0.0/16", "172.16.0.0/20"];
    assert.deepEqual(policy.spec?.ingress, [
      {
        from: [{ ipBlock: { cidr: "0.0.0.0/0", except } }],
        ports: [443, 80].map((port) => ({ protocol: "TCP", port })),
      },
      {
        from: [
          {
            namespaceSelector: {},
            podSelector: { matchLabels: { "role-orchestrator-client": "true" } },
          },
        ],
        ports: [{ protocol: "TCP", port: 9000 }],
      },
    ]);
  });

  it("tells in NOTES whom it trusts", async () => {
    const notes = await helm().notes("orchestrator", target, strictOrchestrator);
    assert.match(notes, /orchestrator-server\.substra\.svc\.cluster\.local:9000/);
    assert.match(notes, /probes check the name orchestrator\.example\.com/);
    assert.match(notes, /CAs of MyOrg1MSP, MyOrg2MSP/);
    assert.match(notes, /checked against the certificate/);
    assert.doesNotMatch(notes, /WARNING/);
    const moved = changed(strictOrchestrator, { "service.port": 9001 });
    const warned = await helm().notes("orchestrator", target, moved);
    assert.match(warned, /WARNING: service\.port is 9001/);
  });
}

function serverPod(manifests: Manifests): V1PodTemplateSpec {
  const [name = ""] = manifests.names("Deployment");
  const { spec } = manifests.get<V1Deployment>("Deployment", name);
  assert.ok(spec);
  return spec.template;
}

function server(manifests: Manifests): V1Container {
  const [container] = serverPod(manifests).spec?.containers ?? [];
  assert.ok(container);
  return container;
}

/** The volumes of the server by the path of their mount. */
function mounts(manifests: Manifests) {
  const volumes = new Map(
    serverPod(manifests).spec?.volumes?.map((volume) => [volume.name, volume]),
  );
  return Object.fromEntries(
    server(manifests).volumeMounts?.map((mount) => {
      assert.equal(mount.readOnly, true);
      return [mount.mountPath, volumes.get(mount.name)];
    }) ?? [],
  );
}

function caFile(secret: string, path: string) {
  return { secret: { name: secret, items: [{ key: "ca.crt", path }] } };
}

function env(manifests: Manifests): Record<string, string> {
  return manifests.get<V1ConfigMap>("ConfigMap", "orchestrator-server-env").data ?? {};
}

function channelConfig(manifests: Manifests): unknown {
  const { data } = manifests.get<V1ConfigMap>("ConfigMap", "orchestrator-server-config");
  return parse(data?.["config.yaml"] ?? "");
}

function databaseUrl(container: V1Container | undefined): string | undefined {
  return container?.env?.find(({ name }) => name === "ORCHESTRATOR_DATABASE_URL")?.value;
}
