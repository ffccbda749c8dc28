import assert from "node:assert/strict";
import type { KubernetesObject, V1PersistentVolume } from "@kubernetes/client-node";
import { readCertificate, readCertificates } from "../../x509";
import {
  deployment,
  helmHistory,
  list,
  mountedSecrets,
  namespacesOf,
  ourSecrets,
  runningPods,
} from "./api";
import { consortium } from "./example";
import type { Outputs } from "./outputs";
import { TestStack } from "./stack";
import { until } from "./time";

const NAMESPACES = ["lifecycle-orchestrator", "lifecycle-org-1", "lifecycle-org-2"] as const;
const [ORCHESTRATOR, ORG_1, ORG_2] = NAMESPACES;
const TWO = ["MyOrg1MSP", "MyOrg2MSP"];
const THREE = [...TWO, "MyOrg3MSP"];

describe("a consortium in one stack", function () {
  this.timeout(900_000);
  let stack: TestStack;
  let outputs: Outputs;
  let clusterBefore: string[];

  before(async () => {
    clusterBefore = await clusterScoped();
    stack = await TestStack.create("lifecycle", consortium("lifecycle", TWO));
    ({ outputs } = await stack.up());
  });

  describe("when it is deployed", () => {
    it("has the expected outputs, all of them public", async () => {
      const found = await stack.outputs();
      assert.deepEqual(Object.keys(found).sort(), [
        "caBundle",
        "certificates",
        "endpoint",
        "releases",
      ]);
      const secrets = Object.entries(found).filter(([, { secret }]) => secret);
      assert.deepEqual(secrets, []);
    });

    it("says where the orchestrator is and what is deployed", () => {
      assert.deepEqual(outputs.endpoint, {
        internal: {
          host: "orchestrator-server.lifecycle-orchestrator.svc.cluster.local",
          port: 9000,
        },
        external: { host: "orchestrator.test.example", port: 443 },
      });
      assert.deepEqual(outputs.releases, {
        orchestrator: { name: "orchestrator", namespace: ORCHESTRATOR, revision: 1 },
        organizations: {
          MyOrg1MSP: { name: "backend", namespace: ORG_1, revision: 1 },
          MyOrg2MSP: { name: "backend", namespace: ORG_2, revision: 1 },
        },
      });
    });

    it("publishes each certificate with its expiry and its fingerprint", () => {
      const { authority, orchestrator, organizations } = outputs.certificates;
      assert.deepEqual(Object.keys(organizations), TWO);
      assert.deepEqual(Object.keys(authority), ["g1"]);
      const named = { CA: authority.g1, "Substra orchestrator": orchestrator, ...organizations };
      for (const [owner, issued] of Object.entries(named)) {
        assert.ok(issued, owner);
        const certificate = readCertificate(issued.certificate);
        assert.equal(issued.notAfter, certificate.notAfter.toISOString());
        assert.equal(issued.fingerprint, certificate.fingerprint);
        const expected = owner === "CA" ? "Test consortium" : owner;
        assert.deepEqual(certificate.subject.organizations, [expected]);
      }
      const bundle = readCertificates(outputs.caBundle).map(({ fingerprint }) => fingerprint);
      assert.deepEqual(bundle, [authority.g1?.fingerprint]);
    });

    it("has the Secrets that the charts read in each namespace, and no others", async () => {
      const ca = ["Opaque", "ca.crt"];
      const pair = ["kubernetes.io/tls", "tls.crt", "tls.key"];
      const database = [
        "Opaque",
        "DATABASE_PASSWORD",
        "DATABASE_USERNAME",
        "password",
        "postgres-password",
      ];
      assert.deepEqual(await secretKinds(ORCHESTRATOR), {
        "orchestrator-ca-bundle": ca,
        "orchestrator-client-ca-g1": ca,
        "orchestrator-database": database,
        "orchestrator-server-pair": pair,
      });
      assert.deepEqual(await secretKinds(ORG_2), {
        "my-org2-msp-client-pair": ["kubernetes.io/tls", "ca.crt", "tls.crt", "tls.key"],
        "my-org2-msp-database": database,
      });
    });

    it("has each release deployed in its first revision", async () => {
      for (const namespace of NAMESPACES) {
        const history = await helmHistory(namespace);
        assert.deepEqual(
          history.map(({ version, status }) => [version, status]),
          [[1, "deployed"]],
          namespace,
        );
      }
    });

    it("runs pods that mount existing Secrets", async () => {
      for (const namespace of NAMESPACES) {
        const existing = await ourSecrets(namespace);
        const mounted = (await runningPods(namespace)).flatMap(({ spec }) =>
          Object.values(mountedSecrets(spec)).flat(),
        );
        const certificates = [...existing.keys()].filter((name) => !name.includes("-database-"));
        assert.deepEqual([...new Set(mounted)].sort(), certificates.sort(), namespace);
      }
    });

    it("has nothing to do: another up changes nothing", async () => {
      const again = await stack.up();
      assert.deepEqual(again.changes, []);
      assert.deepEqual(again.outputs, outputs);
    });
  });

  describe("when a third organization joins", () => {
    let joined: Awaited<ReturnType<TestStack["up"]>>;
    let namesBefore: string[];

    before(async () => {
      namesBefore = await secretNames(NAMESPACES);
      await stack.configure(consortium("lifecycle", THREE));
      joined = await stack.up();
    });

    it("changes only the orchestrator's release apart from its own resources", async () => {
      const ofOthers = joined.changes.filter((change) => !/org-?3/.test(change));
      assert.deepEqual(ofOthers, ["update Release orchestrator"]);
      assert.deepEqual(await secretNames(NAMESPACES), namesBefore);
      const { organizations, ...rest } = joined.outputs.certificates;
      const others = Object.fromEntries(TWO.map((mspId) => [mspId, organizations[mspId]]));
      assert.deepEqual({ ...rest, organizations: others }, outputs.certificates);
    });

    it("rolls the orchestrator, which then trusts it", async () => {
      assert.deepEqual(await knownTo("orchestrator-server"), [
        "my-org1-msp",
        "my-org2-msp",
        "my-org3-msp",
      ]);
      const { metadata, status } = await deployment(ORCHESTRATOR, "orchestrator-server");
      assert.equal(status?.observedGeneration, metadata?.generation);
      assert.equal(joined.outputs.releases.orchestrator.revision, 2);
      const { MyOrg1MSP, MyOrg3MSP } = joined.outputs.releases.organizations;
      assert.deepEqual([MyOrg1MSP?.revision, MyOrg3MSP?.revision], [1, 1]);
    });

    it("removes everything of it when it leaves again", async () => {
      await stack.configure(consortium("lifecycle", TWO));
      const { changes } = await stack.up();
      const kept = changes.filter((change) => !/^delete .*org-?3/.test(change));
      assert.deepEqual(kept, ["update Release orchestrator"]);
      assert.deepEqual(await namespacesOf("lifecycle"), [...NAMESPACES]);
      assert.deepEqual(await knownTo("orchestrator-server"), ["my-org1-msp", "my-org2-msp"]);
    });
  });

  describe("when it is destroyed", () => {
    before(() => stack.destroy());

    it("leaves no namespace and no cluster-scoped object", async () => {
      assert.deepEqual(await namespacesOf("lifecycle"), []);
      // The cluster deletes volumes some time after their claims.
      await until("the volumes are gone", async () => {
        return JSON.stringify(await clusterScoped()) === JSON.stringify(clusterBefore);
      });
    });

    it("leaves an empty state", async () => {
      assert.deepEqual((await stack.state()).resources, []);
    });
  });
});

/** Returns the Secrets that the program created, by name without Pulumi's suffix: type, then keys. */
async function secretKinds(namespace: string): Promise<Record<string, string[]>> {
  const kinds = [...(await ourSecrets(namespace))].map(([name, { type = "", data = {} }]) => [
    name.replace(/-[0-9a-f]{8}$/, ""),
    [type, ...Object.keys(data).sort()],
  ]);
  return Object.fromEntries(kinds) as Record<string, string[]>;
}

async function secretNames(namespaces: readonly string[]): Promise<string[]> {
  const found = await Promise.all(namespaces.map(ourSecrets));
  return found.flatMap((secrets) => [...secrets.keys()]).sort();
}

/** Returns the organizations whose CAs the orchestrator's pods mount. */
async function knownTo(name: string): Promise<string[]> {
  const { spec } = await deployment(ORCHESTRATOR, name);
  const prefix = "orchestrator-tls-client-cacert-";
  return Object.keys(mountedSecrets(spec?.template.spec))
    .filter((volume) => volume.startsWith(prefix))
    .map((volume) => volume.slice(prefix.length))
    .sort();
}

/**
 * Returns all cluster-scoped objects that a chart could have created, except volumes of other tests, which run
 * meanwhile.
 */
async function clusterScoped(): Promise<string[]> {
  const volumes = await list<V1PersistentVolume>("/api/v1/persistentvolumes");
  const own = volumes.filter(({ spec }) => spec?.claimRef?.namespace?.startsWith("lifecycle-"));
  const collections = [
    "/apis/rbac.authorization.k8s.io/v1/clusterroles",
    "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings",
    "/apis/apiextensions.k8s.io/v1/customresourcedefinitions",
    "/apis/networking.k8s.io/v1/ingressclasses",
    "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations",
    "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations",
  ];
  const others = await Promise.all(collections.map((path) => list<KubernetesObject>(path)));
  return [own, ...others]
    .flatMap((found) => found.map(({ metadata }) => metadata?.name ?? ""))
    .sort();
}
