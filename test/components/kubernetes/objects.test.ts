import assert from "node:assert/strict";
import { isSecret, secret } from "@pulumi/pulumi";
import { TlsSecret, caObject, namespace } from "../../../components/kubernetes";
import { runProgram } from "../mock-engine";
import { find, treeOf } from "../tree";
import { valueOf } from "../value-of";
import { reveal, visible } from "../wire";

describe("TlsSecret", () => {
  const program = () =>
    new TlsSecret("org-1-client-pair", {
      namespace: "org-1",
      certificatePem: "CERTIFICATE\n",
      privateKeyPem: secret("KEY\n"),
    });

  it("is a Secret of type kubernetes.io/tls with a name from Pulumi", async () => {
    const { resources } = await runProgram(program);
    const { type, inputs } = find(resources, "org-1-client-pair");
    assert.equal(type, "kubernetes:core/v1:Secret");
    assert.deepEqual(reveal(inputs), {
      apiVersion: "v1",
      kind: "Secret",
      metadata: { namespace: "org-1" },
      type: "kubernetes.io/tls",
      stringData: { "tls.crt": "CERTIFICATE\n", "tls.key": "KEY\n" },
    });
  });

  it("does not reveal its content", async () => {
    const { resources } = await runProgram(program);
    const { inputs } = find(resources, "org-1-client-pair");
    assert.equal((visible(inputs) as { stringData: unknown }).stringData, "[secret]");
  });

  it("has a known name that is not secret, for the charts' values", async () => {
    const { value } = await runProgram(program);
    assert.ok(value);
    assert.equal(await valueOf(value.metadata.name), "org-1-client-pair-0a1b2c3d");
    assert.equal(await isSecret(value.metadata.name), false);
  });
});

describe("caObject", () => {
  const program = (kind: "Secret" | "ConfigMap") => () =>
    caObject("orchestrator-ca-bundle", { kind, namespace: "org-1", certificatePem: "CA\n" });

  it("is a Secret for charts that read Secrets", async () => {
    const { resources } = await runProgram(program("Secret"));
    assert.deepEqual(reveal(find(resources, "orchestrator-ca-bundle", "v1:Secret").inputs), {
      apiVersion: "v1",
      kind: "Secret",
      metadata: { namespace: "org-1" },
      stringData: { "ca.crt": "CA\n" },
    });
  });

  it("is a ConfigMap for those that read ConfigMaps", async () => {
    const { resources } = await runProgram(program("ConfigMap"));
    assert.deepEqual(reveal(find(resources, "orchestrator-ca-bundle", "v1:ConfigMap").inputs), {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { namespace: "org-1" },
      data: { "ca.crt": "CA\n" },
    });
  });
});

describe("namespace", () => {
  const program = (create: boolean) => () =>
    namespace("namespace-org-1", { name: "org-1", create });

  it("is created under its exact name", async () => {
    const { value, resources } = await runProgram(program(true));
    assert.ok(value);
    assert.deepEqual(treeOf(resources), ["kubernetes:core/v1:Namespace namespace-org-1"]);
    assert.deepEqual(reveal(find(resources, "namespace-org-1").inputs), {
      apiVersion: "v1",
      kind: "Namespace",
      metadata: { name: "org-1" },
    });
    assert.equal(value.name, "org-1");
    assert.equal(await valueOf(value.ready), "org-1");
  });

  it("is left alone if it belongs to somebody else", async () => {
    const { value, resources } = await runProgram(program(false));
    assert.ok(value);
    assert.deepEqual(resources, []);
    assert.equal(await valueOf(value.ready), "org-1");
  });
});
