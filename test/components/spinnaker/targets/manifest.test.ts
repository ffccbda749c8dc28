import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  manifestProblems,
  merged,
  readManifest,
  type Manifest,
} from "../../../../components/spinnaker/targets/operator";
import { exceptions, makeInstallation } from "../make-installation";

const MANIFEST = {
  apiVersion: "spinnaker.io/v1alpha2",
  kind: "SpinnakerService",
  metadata: { name: "spinnaker", labels: { team: "cd" } },
  spec: { spinnakerConfig: { config: { version: "2026.1.0" } }, expose: { type: "service" } },
};

/** The manifest with the given `spec.spinnakerConfig`. */
const withConfig = (spinnakerConfig: unknown, metadata = {}) =>
  ({
    ...MANIFEST,
    metadata: { ...MANIFEST.metadata, ...metadata },
    spec: { ...MANIFEST.spec, spinnakerConfig },
  }) as Manifest;

describe("a manifest", () => {
  let directory: string;
  before(() => (directory = mkdtempSync(join(tmpdir(), "countersign-"))));
  after(() => rmSync(directory, { recursive: true }));

  const read = (text: string) => {
    const path = join(directory, "manifest.yml");
    writeFileSync(path, text);
    return readManifest(path);
  };

  it("is read, of either API group, in YAML or JSON", () => {
    assert.deepEqual(read(JSON.stringify(MANIFEST)), MANIFEST);
    const armory = { ...MANIFEST, apiVersion: "spinnaker.armory.io/v1alpha2" };
    assert.deepEqual(read(`---\n# ours\n${JSON.stringify(armory)}\n`), armory);
  });

  it("may have values that are written once and used twice", () => {
    const found = read(`
apiVersion: spinnaker.io/v1alpha2
kind: SpinnakerService
metadata: { name: &name spinnaker, labels: { app: *name } }
spec: { spinnakerConfig: {} }
`);
    assert.ok(typeof found === "object");
    assert.deepEqual(found.metadata, { name: "spinnaker", labels: { app: "spinnaker" } });
  });

  const none = "holds no SpinnakerService of spinnaker.io/v1alpha2 or spinnaker.armory.io/v1alpha2";
  const without = (key: keyof typeof MANIFEST) => JSON.stringify({ ...MANIFEST, [key]: undefined });
  const refused: [string, string, string][] = [
    ["no content", "", "must hold exactly one YAML document, the SpinnakerService"],
    [
      "two documents",
      "a: 1\n---\nb: 2\n",
      "must hold exactly one YAML document, the SpinnakerService",
    ],
    [
      "something that is not YAML",
      "a: [1\n",
      "is not YAML: Flow sequence in block collection must be sufficiently indented and end with a ] at line 2, column 1",
    ],
    [
      "an alias without an anchor",
      "a: *b\n",
      "is not YAML: Unresolved alias (the anchor must be set before the alias): b",
    ],
    ["a text", "spinnaker\n", none],
    ["no value", "null\n", none],
    ["another kind", JSON.stringify({ ...MANIFEST, kind: "SpinnakerAccount" }), none],
    ["another version", JSON.stringify({ ...MANIFEST, apiVersion: "spinnaker.io/v1" }), none],
    ["no version", without("apiVersion"), none],
    ["no metadata", without("metadata"), "has no metadata.name"],
    ["no spec", without("spec"), "has no spec.spinnakerConfig"],
    ["an empty configuration", JSON.stringify(withConfig(null)), "has no spec.spinnakerConfig"],
    [
      "a configuration that is a list",
      JSON.stringify(withConfig([])),
      "has no spec.spinnakerConfig",
    ],
  ];
  for (const [title, text, message] of refused)
    it(`is refused with ${title}`, () => assert.equal(read(text), message));

  it("is refused if it does not exist, or is a directory", () => {
    assert.equal(
      readManifest(join(directory, "nothing")),
      "cannot be read; the path is relative to Pulumi.yaml",
    );
    assert.equal(readManifest(directory), "is a folder, not a file");
  });
});

describe("a contradiction in a manifest", () => {
  const panics = (name: string) =>
    `sets profiles.${name}.server.port, which makes the Operator panic if the probe is by TCP (spinnaker-operator, transformer/serverport.go): remove it, and set spinnaker.services.${name}.port`;
  const profiles = { gate: { server: { port: 8084 } }, orca: { server: { port: 0 } }, rosco: null };

  it("is the port of a service that gets a TCP probe", () => {
    const services = { gate: {}, orca: {}, rosco: {} };
    assert.deepEqual(manifestProblems(withConfig({ profiles }), makeInstallation(services)), [
      panics("gate"),
      panics("orca"),
    ]);
    const plain = makeInstallation(services, { exceptions: exceptions({ gate: "prepare" }) });
    assert.deepEqual(manifestProblems(withConfig({ profiles }), plain), [panics("orca")]);
    assert.deepEqual(
      manifestProblems(withConfig({ profiles }), makeInstallation({ echo: {} })),
      [],
    );
  });

  it("is not found in missing settings", () => {
    for (const config of [{}, { profiles: null }, { profiles: { orca: { server: null } } }])
      assert.deepEqual(manifestProblems(withConfig(config), makeInstallation({ orca: {} })), []);
  });

  it("is another namespace", () => {
    const installation = makeInstallation({ orca: {} });
    const problems = (namespace: string) =>
      manifestProblems(withConfig({}, { namespace }), installation);
    assert.deepEqual(problems("spinnaker"), []);
    assert.deepEqual(problems("other"), [
      'is for namespace "other", but spinnaker.namespace is "spinnaker"',
    ]);
  });
});

describe("a manifest merged with Countersign's settings", () => {
  const ours = {
    profiles: { orca: { server: { ssl: { enabled: true } } } },
    "service-settings": { orca: { scheme: "https" } },
  };
  const mergedConfig = (config: unknown) =>
    merged(withConfig(config), ours, "spin").spec.spinnakerConfig;

  it("keeps all other settings, and gets the stack's namespace", () => {
    assert.deepEqual(merged(withConfig({ config: { version: "1" } }), ours, "spin"), {
      ...MANIFEST,
      metadata: { name: "spinnaker", labels: { team: "cd" }, namespace: "spin" },
      spec: { expose: { type: "service" }, spinnakerConfig: { config: { version: "1" }, ...ours } },
    });
  });

  it("merges maps, and prefers Countersign's settings elsewhere", () => {
    const theirs = {
      profiles: {
        orca: { server: { ssl: { enabled: false, ciphers: "x" }, tomcat: {} }, tasks: [1] },
        echo: { slack: true },
      },
      "service-settings": { orca: ["http"] },
    };
    assert.deepEqual(mergedConfig(theirs), {
      profiles: {
        orca: {
          server: { ssl: { enabled: true, ciphers: "x" }, tomcat: {} },
          tasks: [1],
        },
        echo: { slack: true },
      },
      "service-settings": { orca: { scheme: "https" } },
    });
  });

  it("has Countersign's settings if the manifest has an empty key", () => {
    assert.deepEqual(mergedConfig({ profiles: null, "service-settings": { orca: null } }), ours);
  });

  it("does not modify the manifest", () => {
    const manifest = withConfig({ profiles: { orca: { a: 1 } } });
    const before = structuredClone(manifest);
    merged(manifest, ours, "spin");
    assert.deepEqual(manifest, before);
  });
});
