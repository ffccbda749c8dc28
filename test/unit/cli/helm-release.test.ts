import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import {
  decodeRelease,
  objectsNaming,
  releaseSecretName,
} from "../../../verify/cluster/helm-release";
import { base64 } from "./fake-cluster";

const manifest = `---
# Source: orchestrator/templates/env.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: server-env
data:
  TEXT: |
    kind: Deployment
    --- not a separator
---
# Source: orchestrator/templates/deployment.yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: server
spec:
  template:
    spec:
      containers:
        - name: server
          volumeMounts:
---
apiVersion: v1
kind: Service
metadata:
  name: server
`;

const stored = {
  name: "orchestrator",
  namespace: "ns",
  version: 3,
  info: { status: "deployed" },
  chart: { metadata: { name: "orchestrator", version: "8.8.0" } },
  manifest,
};

function releaseSecret(content: Buffer, type = "helm.sh/release.v1") {
  const metadata = { name: "sh.helm.release.v1.orchestrator.v3" };
  return { metadata, type, data: { release: base64(base64(content)) } };
}

describe("a Helm release in its Secret", () => {
  it("is decoded", () => {
    const release = decodeRelease(releaseSecret(gzipSync(JSON.stringify(stored))));
    assert.deepEqual(release, {
      name: "orchestrator",
      namespace: "ns",
      revision: 3,
      status: "deployed",
      chart: { name: "orchestrator", version: "8.8.0" },
      workloads: [
        { kind: "Deployment", name: "server", pod: { containers: [{ name: "server" }] } },
      ],
      configMaps: [
        { name: "server-env", data: { TEXT: "kind: Deployment\n--- not a separator\n" } },
      ],
      manifest,
    });
  });

  it("tells which of its objects contain the name of another one, as a whole", () => {
    const release = decodeRelease(releaseSecret(gzipSync(JSON.stringify(stored))));
    assert.deepEqual(objectsNaming(release, "server-env"), ["ConfigMap server-env"]);
    assert.deepEqual(objectsNaming(release, "server"), ["Deployment server", "Service server"]);
    assert.deepEqual(objectsNaming(release, "serve"), []);
    assert.deepEqual(objectsNaming(release, "server.env"), []);
  });

  it("is also decoded without compression", () => {
    const release = decodeRelease(releaseSecret(Buffer.from(JSON.stringify(stored))));
    assert.equal(release.revision, 3);
  });

  it("is refused if the Secret is something else", () => {
    const content = gzipSync(JSON.stringify(stored));
    assert.throws(() => decodeRelease(releaseSecret(content, "Opaque")), {
      message: /is of type Opaque, not helm.sh\/release.v1$/,
    });
    assert.throws(() => decodeRelease(releaseSecret(content.subarray(0, 40))), {
      message:
        "Secret sh.helm.release.v1.orchestrator.v3 does not hold a Helm release: it is damaged",
    });
  });

  it("is found by name and revision", () => {
    assert.equal(releaseSecretName("backend", 12), "sh.helm.release.v1.backend.v12");
  });
});
