import assert from "node:assert/strict";
import gte from "semver/functions/gte";
import { changed, type Helm, type Values } from "./helm";
import { strictOrchestrator } from "./values";

const target = { release: "orchestrator", namespace: "substra" };

/** The part of chart orchestrator's contract that is about who reaches the server, and under which names. */
export function orchestratorAccessFacts(helm: () => Helm, version: string): void {
  const strict = (changes: Values = {}) =>
    helm().template("orchestrator", target, changed(strictOrchestrator, changes));

  it("passes the TLS stream through nginx to the server", async () => {
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
      port: { number: 9000 },
    });
  });

  it("serves extraHosts instead of a hostname", async () => {
    const ingress = { enabled: true, hostname: "", extraHosts: [{ name: "a.b" }, { name: "c.d" }] };
    const { spec } = (await strict({ ingress })).get("Ingress", "orchestrator-server");
    assert.deepEqual(
      spec?.rules?.map(({ host }) => host),
      ["a.b", "c.d"],
    );
  });

  for (const [what, changes] of [
    ["more hosts beside the hostname", { "ingress.extraHosts": [{ name: "a.b" }] }],
    [
      "a certificate for a wildcard",
      {
        "orchestrator.tls.createCertificates": {
          enabled: true,
          issuer: "ours",
          domains: ["*.example.com", "orchestrator.example.com"],
        },
      },
    ],
    [
      "the README's sample, with a name instead of a list of CAs",
      { "orchestrator.tls.mtls.clientCACerts": { MyOrg1MSP: "ca" } },
    ],
  ] as const) {
    it(`does not render ${what}`, () => assert.rejects(strict(changes)));
  }

  it("requests a pair from cert-manager that the probes can use", async () => {
    const manifests = await strict({
      "orchestrator.tls.createCertificates": {
        enabled: true,
        issuer: "ours",
        domains: ["orchestrator.example.com"],
      },
    });
    const { spec } = manifests.get("Certificate", "orchestrator-server") as { spec?: Values };
    const expected = {
      secretName: "server-pair",
      duration: "2160h",
      renewBefore: "360h",
      privateKey: { algorithm: "RSA", encoding: "PKCS1", size: 2048 },
      usages: ["server auth", "client auth"],
      dnsNames: ["orchestrator.example.com"],
      issuerRef: { name: "ours", kind: "ClusterIssuer" },
    };
    const found = Object.keys(expected).map((key) => [key, spec?.[key]]);
    assert.deepEqual(Object.fromEntries(found), expected);
  });

  // templates/networkpolicy-orchestrator-server.yaml
  if (gte(version, "8.7.1")) {
    it("admits everybody at the ports of an Ingress and of the Service, whatever the pod's port is", async () => {
      const { spec } = (await strict()).get("NetworkPolicy", "orchestrator-server");
      assert.deepEqual(spec?.ingress, [
        {
          from: [{ ipBlock: { cidr: "0.0.0.0/0" } }],
          ports: [443, 80, 9000].map((port) => ({ protocol: "TCP", port })),
        },
      ]);
      const moved = await strict({ "service.port": 9001 });
      const policy = moved.get("NetworkPolicy", "orchestrator-server");
      assert.equal(policy.spec?.ingress?.[0]?.ports?.[2]?.port, 9001);
    });
  }

  // templates/networkpolicy-orchestrator-common.yaml
  if (gte(version, "8.7.0")) {
    it("lets the pods reach DNS and the namespace's PostgreSQL, but no external database", async () => {
      const { spec } = (await strict()).get("NetworkPolicy", "orchestrator-common");
      const elsewhere = await strict({ "database.host": "db.example.com" });
      assert.deepEqual(elsewhere.get("NetworkPolicy", "orchestrator-common").spec, spec);
      const [dns, database] = spec?.egress ?? [];
      assert.deepEqual(
        [dns, database].map((rule) => rule?.ports?.map(({ port }) => port)),
        [[53, 53], [5432]],
      );
      assert.deepEqual(database?.to, [
        {
          podSelector: {
            matchLabels: {
              "app.kubernetes.io/component": "primary",
              "app.kubernetes.io/name": "postgresql",
            },
          },
        },
      ]);
    });
  } else {
    it("has no NetworkPolicy for its own pods", async () => {
      const policies = (await strict()).names("NetworkPolicy");
      assert.deepEqual(
        policies.filter((name) => name !== "orchestrator-postgresql"),
        [],
      );
    });
  }
}
