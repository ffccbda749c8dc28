import assert from "node:assert/strict";
import {
  ClusterUnreadable,
  ObjectReader,
} from "../../../../components/kubernetes/ownership/reader";

const LIST = "PartialObjectMetadataList";
const ANSWERS: Readonly<Record<string, unknown>> = {
  "api/v1": {
    resources: [
      { name: "namespaces", kind: "Namespace", namespaced: false, verbs: ["get", "list"] },
      { name: "namespaces/status", kind: "Namespace", namespaced: false, verbs: ["get"] },
      { name: "configmaps", kind: "ConfigMap", namespaced: true, verbs: ["get", "list"] },
      { name: "events", kind: "Event", namespaced: true, verbs: ["get", "list"] },
      { name: "bindings", kind: "Binding", namespaced: true, verbs: ["create"] },
    ],
  },
  apis: {
    groups: [
      { preferredVersion: { groupVersion: "shop.example/v1" } },
      { preferredVersion: { groupVersion: "down.example/v1" } },
    ],
  },
  "apis/shop.example/v1": {
    resources: [{ name: "books", kind: "Book", namespaced: true, verbs: ["list"] }],
  },
  "api/v1/namespaces/org-3": { metadata: { name: "org-3", uid: "u1" } },
  // Go writes an empty list like this.
  "api/v1/namespaces/org-3/configmaps": { items: null },
  "apis/shop.example/v1/namespaces/org-3/books": { items: [{ metadata: { name: "ours" } }] },
  "api/v1/namespaces/org-3/secrets?labelSelector=owner%3Dhelm%2Cname%3Dbackend": {
    items: [{ metadata: { name: "sh.helm.release.v1.backend.v1" } }],
  },
};
const REFUSED: Readonly<Record<string, number>> = {
  "api/v1/namespaces/closed": 403,
  "apis/down.example/v1": 503,
};

/** A reader of a cluster with these answers, and the requests it received. */
function reader() {
  const asked: [string, string][] = [];
  const objects = new ObjectReader((path, accept) => {
    asked.push([path, accept]);
    const body = ANSWERS[path];
    const status = REFUSED[path] ?? (body === undefined ? 404 : 200);
    return Promise.resolve({ status, body: JSON.stringify(body ?? {}), date: undefined });
  });
  return { objects, asked };
}

const namespace = (name: string) => ({ apiVersion: "v1", kind: "Namespace", name });

describe("ObjectReader", () => {
  it("finds an object, and reads only its metadata", async () => {
    const { objects, asked } = reader();
    const metadata = { name: "org-3", uid: "u1" };
    assert.deepEqual(await objects.find(namespace("org-3")), { kind: "Namespace", metadata });
    assert.match(asked.at(-1)?.[1] ?? "", /;as=PartialObjectMetadata$/);
  });

  it("finds nothing if the object or its kind does not exist", async () => {
    const { objects } = reader();
    assert.equal(await objects.find(namespace("org-4")), undefined);
    const workload = { apiVersion: "openchoreo.dev/v1", kind: "Workload", name: "shop" };
    assert.equal(await objects.find({ ...workload, namespace: "org-3" }), undefined);
  });

  it("says what remains unknown if a request is refused", async () => {
    const { objects } = reader();
    await assert.rejects(objects.find(namespace("closed")), (error: unknown) => {
      assert.ok(error instanceof ClusterUnreadable);
      assert.match(
        error.message,
        /^the API server answered 403 to GET \/api\/v1\/namespaces\/closed, so it is not known whether Namespace "closed" exists; /,
      );
      return true;
    });
  });

  it("looks for every kind of object, and skips an API that is down", async () => {
    const { objects, asked } = reader();
    const book = { kind: "Book", metadata: { name: "ours" } };
    assert.deepEqual(await objects.contentOf("org-3", true), [book]);
    assert.ok(
      asked.some(([path, accept]) => path.endsWith("/configmaps") && accept.endsWith(LIST)),
    );
    assert.ok(!asked.some(([path]) => /events|bindings/.test(path)));
  });

  it("looks for the usual kinds without listing all kinds", async () => {
    const { objects, asked } = reader();
    assert.deepEqual(await objects.contentOf("org-3", false), []);
    assert.ok(!asked.some(([path]) => path === "apis"));
  });

  it("finds the records of a Helm release", async () => {
    const { objects } = reader();
    const found = await objects.releaseRecords("org-3", "backend");
    assert.deepEqual(
      found.map(({ metadata }) => metadata.name),
      ["sh.helm.release.v1.backend.v1"],
    );
    assert.deepEqual(await objects.releaseRecords("org-3", "other"), []);
  });
});
