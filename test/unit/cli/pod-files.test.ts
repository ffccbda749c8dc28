import assert from "node:assert/strict";
import type { V1Container, V1PodSpec } from "@kubernetes/client-node";
import { describeMount, mountsOf, podEnvironment, podFiles } from "../../../verify/cluster/pods";
import { fakeCluster, secret, type FakeObjects } from "./fake-cluster";

const pod = {
  volumes: [
    { name: "pair", secret: { secretName: "server-pair" } },
    {
      name: "cas",
      projected: {
        sources: [
          { secret: { name: "ca-old", items: [{ key: "ca.crt", path: "old.crt" }] } },
          { configMap: { name: "ca-new", items: [{ key: "ca.crt", path: "new.crt" }] } },
          { serviceAccountToken: { path: "token" } },
        ],
      },
    },
    { name: "config", configMap: { name: "server-config" } },
    { name: "database", secret: { secretName: "database" } },
    { name: "scratch", emptyDir: {} },
  ],
} as unknown as V1PodSpec;

const container = (...volumeMounts: object[]) =>
  ({ name: "server", volumeMounts }) as unknown as V1Container;

const objects: FakeObjects = {
  "Secret/server-pair": secret({ "tls.crt": "certificate", "tls.key": "key" }),
  "Secret/ca-old": secret({ "ca.crt": "old", other: "ignored" }),
  "ConfigMap/ca-new": { data: { "ca.crt": "new" } },
  "ConfigMap/server-config": { data: { "config.yaml": "channels: {}", "more.yaml": "" } },
  "Secret/database": secret({ password: "nobody's business" }),
};

async function see(wanted: string[], mounts: object[], found: FakeObjects = objects) {
  const cluster = fakeCluster(found);
  const { files, missing } = await podFiles(
    cluster,
    "ns",
    mountsOf(pod, container(...mounts), wanted),
  );
  const texts = [...files].map(([path, { content }]) => [path, content.toString()]);
  return { files: Object.fromEntries(texts) as object, missing, asked: cluster.asked };
}

describe("the files of a pod", () => {
  it("are those of the wanted mounts, and nothing else is read", async () => {
    const { files, missing, asked } = await see(
      ["/tls/pair/tls.crt", "/tls/client/"],
      [
        { name: "pair", mountPath: "/tls/pair" },
        { name: "cas", mountPath: "/tls/client/MyOrg1MSP" },
        { name: "database", mountPath: "/database" },
        { name: "scratch", mountPath: "/tls/client/scratch" },
      ],
    );
    assert.deepEqual(files, {
      "/tls/pair/tls.crt": "certificate",
      "/tls/pair/tls.key": "key",
      "/tls/client/MyOrg1MSP/old.crt": "old",
      "/tls/client/MyOrg1MSP/new.crt": "new",
    });
    assert.deepEqual(missing, []);
    assert.deepEqual(asked.sort(), ["ConfigMap/ca-new", "Secret/ca-old", "Secret/server-pair"]);
  });

  it("may be one file of a volume", async () => {
    const mount = { name: "config", mountPath: "/etc/config.yaml", subPath: "config.yaml" };
    const { files } = await see(["/etc/config.yaml"], [mount]);
    assert.deepEqual(files, { "/etc/config.yaml": "channels: {}" });
  });

  it("are hidden by a mount below them", async () => {
    const mounts = [
      { name: "config", mountPath: "/etc/app/config.yaml", subPath: "more.yaml" },
      { name: "config", mountPath: "/etc/app" },
    ];
    const { files } = await see(["/etc/app/"], mounts);
    assert.deepEqual(files, {
      "/etc/app/config.yaml": "",
      "/etc/app/more.yaml": "",
    });
  });

  it("are missing if an object or a key is missing", async () => {
    const mounts = [{ name: "cas", mountPath: "/cas" }];
    const { files, missing } = await see(["/cas"], mounts, { "Secret/ca-old": secret({}) });
    assert.deepEqual(files, {});
    assert.deepEqual(missing, [
      'Secret ns/ca-old has no key "ca.crt".',
      "ConfigMap ns/ca-new, mounted at /cas, does not exist.",
    ]);
  });

  it("may be optional", async () => {
    const volumes = [{ name: "maybe", secret: { secretName: "none", optional: true } }];
    const mounts = mountsOf(
      { volumes } as unknown as V1PodSpec,
      container({ name: "maybe", mountPath: "/maybe" }),
      ["/maybe/file"],
    );
    const { missing } = await podFiles(fakeCluster({}), "ns", mounts);
    assert.deepEqual(missing, []);
    assert.deepEqual(mounts.map(describeMount), ["/maybe <- Secret none"]);
  });
});

describe("the environment of a pod", () => {
  it("is built as Kubernetes does, without anything secret", async () => {
    const cluster = fakeCluster({
      "ConfigMap/one": { data: { A: "one", B: "one" } },
      "ConfigMap/two": { data: { B: "two", C: "two" } },
    });
    const given = {
      name: "server",
      envFrom: [
        { configMapRef: { name: "one" } },
        { prefix: "X_", configMapRef: { name: "two" } },
        { configMapRef: { name: "two" } },
        { secretRef: { name: "database" } },
        { configMapRef: { name: "none", optional: true } },
      ],
      env: [
        { name: "C", value: "own" },
        { name: "D", valueFrom: { configMapKeyRef: { name: "one", key: "A" } } },
        { name: "E", valueFrom: { secretKeyRef: { name: "database", key: "password" } } },
      ],
    } as unknown as V1Container;
    const environment = await podEnvironment(cluster, "ns", given);
    assert.deepEqual(Object.fromEntries(environment), {
      A: "one",
      B: "two",
      X_B: "two",
      X_C: "two",
      C: "own",
      D: "one",
    });
    assert.ok(!cluster.asked.includes("Secret/database"));
  });
});
