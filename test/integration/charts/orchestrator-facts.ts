import assert from "node:assert/strict";
import { changed, type Helm, type Values } from "./helm";
import { channelConfig, databaseUrl, server, serverPod } from "./orchestrator-server";
import { plainOrchestrator, strictOrchestrator } from "./values";

const target = { release: "orchestrator", namespace: "substra" };

/** The contract of chart orchestrator 8.8.0, without what is about certificates. */
export function orchestratorFacts(helm: () => Helm): void {
  const render = (values: Values, release = target.release) =>
    helm().template("orchestrator", { ...target, release }, values);
  const strict = (changes: Values = {}) => render(changed(strictOrchestrator, changes));
  const plain = (changes: Values = {}) => render(changed(plainOrchestrator, changes));

  for (const [release, changes, server] of [
    ["orchestrator", {}, "orchestrator-server"],
    ["my-orchestrator-1", {}, "my-orchestrator-1-server"],
    ["substra", {}, "substra-orchestrator-server"],
    ["a".repeat(50), {}, `${"a".repeat(50)}-orchestrator`], // 63 characters, but no hyphen at the end
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
    const service = manifests.get("Service", "orchestrator-server");
    assert.deepEqual(service.spec?.ports, [{ name: "grpc", port: 9000, targetPort: "grpc" }]);
    assert.deepEqual(server(manifests).ports, [{ name: "grpc", containerPort: 9000 }]);
  });

  it("keeps the container's port when the Service's is another", async () => {
    const manifests = await plain({ "service.port": 9001 });
    const service = manifests.get("Service", "orchestrator-server");
    assert.equal(service.spec?.ports?.[0]?.port, 9001);
    assert.equal(server(manifests).ports?.[0]?.containerPort, 9000);
    const policy = manifests.get("NetworkPolicy", "orchestrator-server");
    assert.deepEqual(policy.spec?.ingress?.[1]?.ports, [{ protocol: "TCP", port: 9001 }]);
  });

  it("gives the server a map from channel to members", async () => {
    assert.deepEqual(channelConfig(await strict()), {
      channels: { "our-channel": ["MyOrg1MSP", "MyOrg2MSP"] },
    });
    assert.deepEqual(channelConfig(await plain()), { channels: {} });
  });

  it("migrates the schema in a hook after each installation and upgrade", async () => {
    const job = (await strict()).get("Job", "orchestrator-migrations");
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
    const job = manifests.get("Job", "orchestrator-migrations");
    const { data } = manifests.get("ConfigMap", "orchestrator-server-database");
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
    const set = manifests.get("StatefulSet", "orchestrator-postgresql");
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
    const secret = manifests.get("Secret", "orchestrator-postgresql");
    assert.deepEqual(secret.stringData, { password: "p" });
  });

  it("takes the bundled image from elsewhere", async () => {
    const image = { registry: "mirror.example.com", repository: "bitnami/postgresql", tag: "16" };
    const manifests = await plain({ "postgresql.image": image });
    const set = manifests.get("StatefulSet", "orchestrator-postgresql");
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
    const set = manifests.get("StatefulSet", "orchestrator-postgresql");
    const [container] = set.spec?.template.spec?.containers ?? [];
    assert.deepEqual(container?.env?.at(-1), { name: "ALLOW_EMPTY_PASSWORD", value: "true" });
    assert.deepEqual(manifests.names("Secret"), ["orchestrator-server-database"]);
    const notes = await helm().notes("orchestrator", target, { postgresql: { image } });
    assert.match(notes, /WARNING: the bundled database lets everyone in/);
  });

  it("leaves the TLS stream to the server, behind nginx", async () => {
    const ingress = (await strict()).get("Ingress", "orchestrator-server");
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
    const { spec } = (await strict({ ingress })).get("Ingress", "orchestrator-server");
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
    const policy = (await strict()).get("NetworkPolicy", "orchestrator-server");
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
