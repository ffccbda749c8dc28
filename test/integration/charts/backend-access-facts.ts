import assert from "node:assert/strict";
import gte from "semver/functions/gte";
import lt from "semver/functions/lt";
import { BACKEND_CHART, caObjectKind } from "../../../components/substra/charts";
import { component, componentsOf, containerOf, fullname, podOf, target } from "./backend-pods";
import { changed, type Helm, type Values } from "./helm";
import { secretData, variablesOf } from "./objects";
import { mutualBackend } from "./values";

/** The part of chart substra-backend's contract that is about who reaches whom, and who may log in. */
export function backendAccessFacts(helm: () => Helm, version: string): void {
  const mutual = (changes: Values = {}) =>
    helm().template("substra-backend", target, changed(mutualBackend, changes));

  it("serves the API on its own host, and on additional ones", async () => {
    const manifests = await mutual({
      "server.ingress.extraHosts": [{ name: "api.b" }],
      "server.ingress.ingressClassName": "nginx",
    });
    const { spec } = manifests.get("Ingress", `${fullname}-server`);
    assert.deepEqual(
      spec?.rules?.map(({ host }) => host),
      ["api.org1.example.com", "api.b"],
    );
    assert.equal(spec.ingressClassName, "nginx");
    const service = manifests.get("Service", `${fullname}-server`);
    const { name, port, targetPort } = service.spec?.ports?.[0] ?? {};
    assert.deepEqual([name, port, targetPort], ["http", 8000, "http"]);
  });

  // templates/networkpolicy-orchestrator-client.yaml, with orchestrator.sameCluster
  if (gte(version, "26.6.2")) {
    it("lets pods reach the orchestrator either inside or outside the cluster", async () => {
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
      for (const each of componentsOf(version)) {
        const labels = podOf(far, each).metadata?.labels;
        assert.equal(labels?.["role-orchestrator-client"], "true");
      }
    });
  }

  it("passes the accounts to the migrations, a hook after each installation and upgrade", async () => {
    const manifests = await mutual();
    const name = `${fullname}-add-account`;
    assert.deepEqual(secretData(manifests.get("Secret", name)), {
      users: "admin a-password-of-20-char our-channel\n",
      incoming_organizations: "Second from-second\n",
      outgoing_organizations: "First to-first\n",
    });
    const job = manifests.get("Job", `${fullname}-migrations`);
    assert.deepEqual(job.metadata?.annotations, {
      "helm.sh/hook": "post-install,post-upgrade",
      "helm.sh/hook-delete-policy": "before-hook-creation",
    });
    const pod = job.spec?.template.spec;
    assert.deepEqual(pod?.volumes, [{ name: "accounts", secret: { secretName: name } }]);
    assert.deepEqual(
      pod.containers.map((container) => container.name),
      ["db-migrations"],
    );
  });

  // templates/secret-add-account.yaml
  if (gte(version, "26.8.0")) {
    it("takes the accounts from an existing Secret", async () => {
      const existing = await mutual({ "addAccountOperator.existingSecret": "accounts" });
      assert.ok(!existing.names("Secret").includes(`${fullname}-add-account`));
      const job = existing.get("Job", `${fullname}-migrations`);
      const [volume] = job.spec?.template.spec?.volumes ?? [];
      assert.deepEqual(volume?.secret, { secretName: "accounts" });
    });
  }

  it("adds a private CA for HTTPS between backends, from an object of the same kind as the CAs", async () => {
    const kind = caObjectKind(BACKEND_CHART, version);
    const section = kind === "Secret" ? "secret" : "configMap";
    const source = { name: "private-ca", data: "PEM", fileName: "private-ca.crt" };
    const manifests = await mutual({ privateCa: { enabled: true, [section]: source } });
    const made =
      kind === "Secret"
        ? secretData(manifests.get("Secret", "private-ca"))
        : manifests.get("ConfigMap", "private-ca").data;
    assert.equal(made?.["private-ca.crt"]?.trim(), "PEM");
    for (const each of componentsOf(version).filter(({ name }) => name !== "scheduler")) {
      const volume = podOf(manifests, each).spec?.volumes?.find(
        ({ name }) => name === "private-ca",
      );
      assert.equal(volume?.secret?.secretName ?? volume?.configMap?.name, "private-ca", each.name);
    }
    const { REQUESTS_CA_BUNDLE } = variablesOf(containerOf(manifests, component("server")));
    assert.equal(REQUESTS_CA_BUNDLE, "/etc/ssl/certs/ca-certificates.crt");

    const existing = await mutual({ privateCa: { enabled: true } });
    assert.ok(!existing.names(kind).includes("substra-private-ca"));
    const unused = await mutual({ privateCa: { [section]: source } });
    assert.ok(unused.names(kind).includes("private-ca"));
  });

  it(`${lt(version, "26.6.0") ? "closes nothing" : "closes its pods"} with policies`, async () => {
    const own = (await mutual())
      .names("NetworkPolicy")
      .filter((name) => !/^backend-(?!substra)/.test(name));
    const first = `${fullname}-deny-ingress`;
    // templates/networkpolicy-deny-all.yaml
    if (lt(version, "26.6.0")) assert.deepEqual(own, [first]);
    else assert.ok(own.includes("substra-backend-deny-all-backend"));
  });
}
