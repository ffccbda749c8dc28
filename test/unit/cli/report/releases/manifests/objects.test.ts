import assert from "node:assert/strict";
import {
  canonicalYaml,
  documentsIn,
  objectsIn,
} from "../../../../../../cli/report/releases/manifests/objects";

function read(text: string, readable = (said: string) => said) {
  return objectsIn(documentsIn(text), "release-ns", readable);
}

describe("rendered objects", () => {
  it("come from all documents and lists, without empty documents", () => {
    const text = [
      "---\n# Source: c/templates/a.yaml\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\n",
      "---\n# nothing\n",
      "--- # list\napiVersion: v1\nkind: List\nitems:\n- { apiVersion: v1, kind: Service, metadata: { name: b } }\n",
    ].join("");
    assert.deepEqual(
      read(text).map(({ kind, name }) => `${kind} ${name}`),
      ["ConfigMap a", "Service b"],
    );
  });

  it("are identified by group, kind, namespace and name, in any version", () => {
    const id = (head: string, metadata = "{ name: a }") =>
      read(`${head}\nmetadata: ${metadata}\n`)[0]?.id;
    const deployment = id("apiVersion: apps/v1\nkind: Deployment");
    assert.equal(id("apiVersion: apps/v1beta1\nkind: Deployment"), deployment);
    assert.equal(
      id("apiVersion: apps/v1\nkind: Deployment", "{ name: a, namespace: release-ns }"),
      deployment,
    );
    assert.notEqual(id("apiVersion: extensions/v1\nkind: Deployment"), deployment);
    assert.notEqual(
      id("apiVersion: apps/v1\nkind: Deployment", "{ name: a, namespace: other }"),
      deployment,
    );
  });

  it("have their namespace in their name if it is another one", () => {
    const text = "apiVersion: v1\nkind: Service\nmetadata: { name: a, namespace: other }\n";
    assert.equal(read(text)[0]?.name, "other/a");
  });

  it("are distinguished if they occur twice, or get their names later", () => {
    const text = "apiVersion: v1\nkind: Pod\nmetadata: { generateName: test- }\n";
    const [one, other] = read(`---\n${text}---\n${text}`);
    assert.equal(one?.name, "test-…");
    assert.equal(other?.id, `${one.id}#2`);
  });

  it("are marked if they come from the folder that an upgrade leaves alone", () => {
    const text = "apiVersion: v1\nkind: X\nmetadata: { name: a }\n";
    const once = (source: string) => read(`---\n# Source: ${source}\n${text}`)[0]?.isInstalledOnce;
    assert.equal(once("chart/crds/x.yaml"), true);
    assert.equal(once("chart/templates/crds.yaml"), false);
  });

  it("are read as Kubernetes reads YAML, and written in one way", () => {
    const text =
      "kind: X\nb: 0440\na: yes\ntime: 2026-01-01\nclock: 12:30\nbig: 12345678901234567890\nquoted: 'yes'\n";
    const [object] = read(text);
    assert.equal(
      canonicalYaml(object?.content ?? null),
      [
        "a: true",
        "b: 288",
        "big: 12345678901234567890",
        'clock: "12:30"',
        "kind: X",
        'quoted: "yes"',
        'time: "2026-01-01"',
        "",
      ].join("\n"),
    );
  });

  it("have words instead of placeholders", () => {
    const text = "kind: X\nmetadata: { name: a-TOKEN }\ndata: { TOKEN.crt: [TOKEN] }\n";
    const [object] = read(text, (said) => said.replaceAll("TOKEN", "<new>"));
    assert.equal(object?.name, "a-<new>");
    assert.deepEqual(object.content.data, { "<new>.crt": ["<new>"] });
  });

  it("are refused if they are not YAML", () => {
    assert.throws(() => read("a: [\n"), /^Unavailable: what the chart renders is not YAML: /);
  });
});
