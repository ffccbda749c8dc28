import assert from "node:assert/strict";
import { installation } from "../../../components/spinnaker/installation";
import { readManifest } from "../../../components/spinnaker/targets/operator";
import { GOOD, goodExcept, load } from "./make-config";
import { SPINNAKER, spinnakerWith } from "./make-spinnaker";

const LIFE = { validityHours: 2160, renewBeforeHours: 720 };
const SERVICE = { dnsNames: [], calls: [] };
const USUAL = ["clouddriver", "echo", "fiat", "front50", "gate", "igor", "orca", "rosco"] as const;

/** Returns the settings that the program gets. */
function section(changes: Readonly<Record<string, unknown>> = {}) {
  const { spinnaker } = load(goodExcept(spinnakerWith(changes)));
  assert.ok(spinnaker);
  return spinnaker;
}

describe("the shortest configuration of Spinnaker", () => {
  it("has the usual eight services, in a namespace that others created", () => {
    assert.deepEqual(section(), {
      target: {
        kind: "operator",
        apiGroup: "spinnaker.io",
        name: "spinnaker",
        manifest: undefined,
      },
      namespace: "spinnaker",
      createNamespace: false,
      phase: "want",
      exceptions: {},
      services: Object.fromEntries(USUAL.map((name) => [name, SERVICE])),
      certificate: LIFE,
      installation: installation({
        target: "operator",
        namespace: "spinnaker",
        phase: "want",
        services: new Map(USUAL.map((name) => [name, { ...SERVICE, trustsOthers: undefined }])),
      }),
    });
  });

  it("needs no other section than the CA", () => {
    const { spinnaker, organizations } = load({ authority: GOOD.authority, spinnaker: SPINNAKER });
    assert.equal(spinnaker?.phase, "want");
    assert.equal(organizations.size, 0);
  });
});

describe("a configuration of Spinnaker", () => {
  it("has the configured settings", () => {
    const { installation: found, ...said } = section({
      namespace: "spin",
      createNamespace: true,
      phase: "tls",
      exceptions: { orca: "prepare" },
      services: {
        gate: { apiPort: 8085, dnsNames: ["gate.example"], storePassword: "open sesame" },
        orca: { host: "orca.example", port: 443, legacyPort: 8083, algorithm: "RSA-2048" },
        rosco: { calls: ["gate"], clientCertificate: false, trust: {} },
      },
      certificate: { validity: "30d", renewBefore: "5d" },
      trustStorePassword: "open sesame too",
    });
    assert.deepEqual(said, {
      target: section().target,
      namespace: "spin",
      createNamespace: true,
      phase: "tls",
      exceptions: { orca: "prepare" },
      services: {
        gate: {
          ...SERVICE,
          apiPort: 8085,
          dnsNames: ["gate.example"],
          storePassword: "open sesame",
        },
        orca: {
          ...SERVICE,
          host: "orca.example",
          port: 443,
          legacyPort: 8083,
          algorithm: "RSA-2048",
        },
        rosco: { ...SERVICE, calls: ["gate"], clientCertificate: false, trust: {} },
      },
      certificate: { validityHours: 720, renewBeforeHours: 120 },
      trustStorePassword: "open sesame too",
    });
    const [gate, orca, rosco] = found.services;
    assert.equal(found.namespace, "spin");
    assert.deepEqual([gate?.phase, orca?.phase, rosco?.phase], ["tls", "prepare", "tls"]);
    assert.deepEqual([gate?.apiPort, orca?.legacyPort, orca?.port], [8085, 8083, 443]);
    assert.deepEqual([orca?.host, orca?.dnsNames], ["orca.example", ["orca.example", "localhost"]]);
    assert.equal(gate?.dnsNames.at(-1), "gate.example");
    assert.deepEqual([rosco?.calls, rosco?.clientCertificate], [["gate"], false]);
    assert.deepEqual([rosco?.trustsOthers, gate.trustsOthers], [false, undefined]);
  });

  it("has one of three targets", () => {
    const target = (value: object) => section({ target: value }).target;
    assert.deepEqual(target({ operator: { apiGroup: "spinnaker.armory.io", name: "spin" } }), {
      kind: "operator",
      apiGroup: "spinnaker.armory.io",
      name: "spin",
      manifest: undefined,
    });
    assert.deepEqual(target({ kustomize: {} }), { kind: "kustomize", directory: undefined });
    const directory = "examples/spinnaker/kustomize";
    assert.deepEqual(target({ kustomize: { directory } }), { kind: "kustomize", directory });
    assert.deepEqual(target({ halyard: {} }), { kind: "halyard" });
  });

  it("takes the group and the name from a manifest, and may repeat them", () => {
    const path = "examples/spinnaker/spinnakerservice.yml";
    const manifest = readManifest(path);
    assert.ok(typeof manifest === "object");
    const [apiGroup = ""] = manifest.apiVersion.split("/");
    const { name } = manifest.metadata;
    const expected = { kind: "operator", apiGroup, name, manifest };
    for (const repeated of [{}, { apiGroup, name }])
      assert.deepEqual(
        section({ target: { operator: { manifest: path, ...repeated } } }).target,
        expected,
      );
  });

  it("has its services in the order of their names, whatever their order in the file", () => {
    const { installation: found } = section({ services: { orca: {}, echo: {}, gate: {} } });
    assert.deepEqual(
      found.services.map(({ name }) => name),
      ["echo", "gate", "orca"],
    );
  });

  it("may share a namespace that it creates with others that create it too", () => {
    const { namespace } = section({ namespace: "orchestrator", createNamespace: true });
    assert.equal(namespace, "orchestrator");
  });
});
