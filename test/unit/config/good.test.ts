import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { parse } from "yaml";
import type { Organization } from "../../../systems/substra/settings";
import { GOOD, goodExcept, load } from "./make-config";

const LIFE = { validityHours: 2160, renewBeforeHours: 720 };
const LEAF = { algorithm: "ECDSA-P256", ...LIFE };
const KEYS = { names: ["k1"], algorithm: "ECDSA-P256", existing: undefined };
const INTERNAL = { host: "orchestrator-server.orchestrator.svc.cluster.local", port: 9000 };
const CONNECTION = {
  dial: INTERNAL,
  sameCluster: true,
  channels: { mychannel: { restricted: false, modelExportEnabled: false } },
};
const REPOSITORY = "https://substra.github.io/charts";

describe("the shortest configuration", () => {
  const { authority, orchestrator, organizations } = load(GOOD);

  it("creates a CA for ten years", () => {
    assert.deepEqual(authority, {
      subject: { commonName: "Consortium CA" },
      generations: {
        g1: { kind: "created", state: "signing", algorithm: "ECDSA-P256", validityHours: 87600 },
      },
    });
  });

  it("runs the newest known orchestrator, with certificates of 90 days that are renewed in their last third", () => {
    assert.deepEqual(orchestrator, {
      namespace: "orchestrator",
      createNamespace: true,
      releaseName: "orchestrator",
      dnsNames: [],
      ipAddresses: [],
      ingressClassName: "nginx",
      clusterDomain: "cluster.local",
      channels: { mychannel: { organizations: ["MyOrg1MSP", "MyOrg2MSP"] } },
      certificate: LEAF,
      chart: { repository: REPOSITORY, name: "orchestrator", version: "8.8.0" },
      values: {},
      timeout: 600,
    });
  });

  it("names an organization's objects after its MSP ID, and dials inside the cluster", () => {
    assert.deepEqual([...organizations.keys()], ["MyOrg1MSP", "MyOrg2MSP"]);
    assert.deepEqual(organizations.get("MyOrg1MSP"), {
      hostname: "substra.org-1.example",
      organizationName: "MyOrg1MSP",
      namespace: "my-org1-msp",
      createNamespace: true,
      releaseName: "backend",
      orchestrator: {},
      connection: CONNECTION,
      channels: {},
      keys: KEYS,
      issuance: { kind: "here", ...LIFE },
      chart: { repository: REPOSITORY, name: "substra-backend", version: "26.15.3" },
      values: {},
      timeout: 600,
    });
  });
});

describe("a configuration", () => {
  const organization = (changes: Record<string, unknown>): Organization => {
    const found = load(goodExcept(changes)).organizations.get("MyOrg1MSP");
    assert.ok(found);
    return found;
  };
  const at = "organizations/MyOrg1MSP";

  it("has the configured settings", () => {
    const { keys, issuance, chart, connection } = organization({
      [`${at}/certificate`]: { algorithm: "RSA-3072", validity: "1y", renewBefore: "30d" },
      [`${at}/chart`]: { repository: "oci://registry.example/charts", version: "25.1.1" },
      [`${at}/channels/mychannel`]: { modelExportEnabled: true },
    });
    assert.deepEqual(keys, { ...KEYS, algorithm: "RSA-3072" });
    assert.deepEqual(issuance, { kind: "here", validityHours: 8760, renewBeforeHours: 720 });
    assert.deepEqual(chart, {
      repository: "oci://registry.example/charts",
      name: "substra-backend",
      version: "25.1.1",
    });
    assert.deepEqual(connection?.channels, {
      mychannel: { restricted: false, modelExportEnabled: true },
    });
  });

  it("dials the Ingress from another cluster, or the configured host", () => {
    const hostname = { "orchestrator/hostname": "o.example" };
    const dial = (connection: object, changes = {}) =>
      organization({ ...hostname, [`${at}/orchestrator`]: connection, ...changes }).connection
        ?.dial;
    assert.deepEqual(dial({}), INTERNAL);
    assert.deepEqual(dial({ sameCluster: false }), { host: "o.example", port: 443 });
    assert.deepEqual(dial({ sameCluster: false, port: 8443 }), { host: "o.example", port: 8443 });
    assert.deepEqual(dial({ host: "orchestrator-server.orchestrator" }), {
      host: "orchestrator-server.orchestrator",
      port: 9000,
    });
    const added = { "orchestrator/hostname": undefined, "orchestrator/dnsNames": ["vpn.example"] };
    assert.deepEqual(dial({ sameCluster: false, host: "vpn.example" }, added), {
      host: "vpn.example",
      port: 443,
    });
  });

  it("may name a channel like a property that every object has", () => {
    const { connection } = organization({
      "orchestrator/channels/constructor": { organizations: ["MyOrg1MSP"] },
    });
    assert.deepEqual(connection?.channels, {
      mychannel: { restricted: false, modelExportEnabled: false },
      constructor: { restricted: false, modelExportEnabled: false },
    });
  });

  it("has its organizations in the order of their MSP IDs, whatever their order in the file", () => {
    const { MyOrg1MSP, MyOrg2MSP } = GOOD.organizations;
    const { organizations } = load({ ...GOOD, organizations: { MyOrg2MSP, MyOrg1MSP } });
    assert.deepEqual([...organizations.keys()], ["MyOrg1MSP", "MyOrg2MSP"]);
  });
});

describe("Pulumi.dev.yaml", () => {
  it("is a consortium of two, on the charts of this repository", () => {
    const { config } = parse(readFileSync("Pulumi.dev.yaml", "utf8")) as { config: object };
    const sections = Object.entries(config)
      .filter(([key]) => key.startsWith("countersign:"))
      .map(([key, value]) => [key.slice("countersign:".length), value as unknown] as const);
    const { authority, orchestrator, organizations } = load(Object.fromEntries(sections));
    assert.deepEqual(authority, {
      subject: { commonName: "Dev consortium CA", organization: "Dev consortium" },
      generations: {
        g1: { kind: "created", state: "signing", algorithm: "ECDSA-P256", validityHours: 87600 },
      },
    });
    assert.deepEqual(orchestrator, {
      namespace: "orchestrator",
      createNamespace: true,
      releaseName: "orchestrator",
      hostname: "orchestrator.dev.example",
      dnsNames: [],
      ipAddresses: [],
      ingressClassName: "nginx",
      clusterDomain: "cluster.local",
      channels: { mychannel: { organizations: ["MyOrg1MSP", "MyOrg2MSP"] } },
      certificate: LEAF,
      chart: { path: "charts/orchestrator" },
      values: {},
      timeout: 600,
    });
    const backend = (mspId: string, namespace: string) => ({
      hostname: `substra.${namespace}.example`,
      organizationName: mspId,
      namespace,
      createNamespace: true,
      releaseName: "backend",
      orchestrator: {},
      connection: CONNECTION,
      channels: {},
      keys: KEYS,
      issuance: { kind: "here", ...LIFE },
      chart: { path: "charts/substra-backend" },
      values: {},
      timeout: 600,
    });
    assert.deepEqual(
      [...organizations],
      [
        ["MyOrg1MSP", backend("MyOrg1MSP", "org-1")],
        ["MyOrg2MSP", backend("MyOrg2MSP", "org-2")],
      ],
    );
  });
});
