import assert from "node:assert/strict";
import { ORCHESTRATOR_CONTAINER } from "../../../components/substra/chart-beliefs";
import { internalEndpoint } from "../../../components/substra/names";
import { changed, type Helm, type Manifests, type Values } from "./helm";
import { orchestratorAccessFacts } from "./orchestrator-access-facts";
import { orchestratorDatabaseFacts } from "./orchestrator-database-facts";
import { channelConfig, migrations, server, serverPod } from "./orchestrator-server";
import { orchestratorTlsFacts } from "./orchestrator-tls-facts";
import { plainOrchestrator, strictOrchestrator } from "./values";

const target = { release: "orchestrator", namespace: "substra" };

/**
 * The contract of chart orchestrator: the facts that hold for a version, of the stand-in and of the real chart.
 *
 * @param version the version of the real chart, or that the stand-in stands for.
 */
export function orchestratorFacts(helm: () => Helm, version = "8.8.0"): void {
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
      if (Object.keys(changes).length > 0) return;
      const { host } = internalEndpoint({ releaseName: release, namespace: target.namespace });
      assert.equal(host, `${server}.substra.svc.cluster.local`);
    });
  }

  it("renames only the ServiceAccount with fullnameOverride", async () => {
    const manifests = await plain({ fullnameOverride: "hub" });
    assert.ok(manifests.names("ServiceAccount").includes("hub"));
    assert.equal(serverPod(manifests).spec?.serviceAccountName, "hub");
  });

  it("serves port 9000", async () => {
    const manifests = await plain();
    assert.deepEqual(portOf(manifests), { name: "grpc", port: 9000, targetPort: 9000 });
    const [port] = server(manifests).ports ?? [];
    assert.deepEqual([port?.name, port?.containerPort], ["grpc", ORCHESTRATOR_CONTAINER.port]);
  });

  it("keeps the container's port if the Service has another one", async () => {
    const manifests = await plain({ "service.port": 9001 });
    assert.deepEqual(portOf(manifests), { name: "grpc", port: 9001, targetPort: 9000 });
    assert.equal(server(manifests).ports?.[0]?.containerPort, ORCHESTRATOR_CONTAINER.port);
  });

  it("gives the server a map from channels to members", async () => {
    assert.deepEqual(channelConfig(await strict()), {
      channels: { "our-channel": ["MyOrg1MSP", "MyOrg2MSP"] },
    });
    const none = channelConfig(await plain()) as { channels: unknown };
    assert.deepEqual(none.channels ?? {}, {});
  });

  it("migrates the schema in a hook after each installation and upgrade", async () => {
    const manifests = await strict();
    const job = manifests.get("Job", "orchestrator-migrations");
    assert.deepEqual(job.metadata?.annotations, {
      "helm.sh/hook": "post-install,post-upgrade",
      "helm.sh/hook-delete-policy": "before-hook-creation",
    });
    assert.equal(migrations(manifests).name, "db-migrations");
    assert.equal(job.spec?.template.spec?.volumes, undefined);
    const named = await strict({ "migrations.fullnameOverride": "schema" });
    assert.deepEqual(named.names("Job"), ["schema"]);
  });

  orchestratorDatabaseFacts(helm, version);
  orchestratorAccessFacts(helm, version);
  orchestratorTlsFacts(helm, version);
}

function portOf(manifests: Manifests) {
  const { spec } = manifests.get("Service", "orchestrator-server");
  const { name, port, targetPort } = spec?.ports?.[0] ?? {};
  return { name, port, targetPort };
}
