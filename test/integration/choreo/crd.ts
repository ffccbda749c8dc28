import { crdManifest } from "../crd-manifest";
import { installCrd } from "../kubectl";

export const GROUP = "openchoreo.dev";

const text = { type: "string" };
const name = { type: "string", minLength: 1 };
const anything = { type: "object", "x-kubernetes-preserve-unknown-fields": true };
const owner = {
  type: "object",
  required: ["componentName", "projectName"],
  properties: { componentName: name, projectName: name },
  "x-kubernetes-validations": [{ rule: "self == oldSelf", message: "the owner is immutable" }],
};
const conditionsWith = (...required: readonly string[]) => ({
  type: "array",
  items: {
    ...{ type: "object", required },
    properties: {
      ...{ type: text, status: text, reason: text, message: text },
      lastTransitionTime: { type: "string", format: "date-time" },
    },
  },
});
const ofKubernetes = conditionsWith("lastTransitionTime", "message", "reason", "status", "type");

const ofOpenChoreo = (kind: string, plural: string, spec: object, status: object = anything) =>
  crdManifest({ ...{ group: GROUP, version: "v1alpha1", kind, plural }, spec, status });

/**
 * A rewritten definition of OpenChoreo's Workload, with the fields of its types (openchoreo/openchoreo v1.0.0 and
 * v1.2.3, api/v1alpha1/workload_types.go; 1.0 is stricter). The API server drops fields that are not listed, and
 * refuses fields of another type, `value` together with `valueFrom`, and another owner.
 */
function workloadCrd(): string {
  const source = {
    value: text,
    valueFrom: {
      type: "object",
      properties: {
        secretKeyRef: {
          type: "object",
          required: ["key", "name"],
          properties: { key: text, name: text },
        },
      },
    },
  };
  const either = {
    "x-kubernetes-validations": [
      { rule: "has(self.value) != has(self.valueFrom)", message: "one of value and valueFrom" },
    ],
  };
  const container = {
    type: "object",
    required: ["image"],
    properties: {
      image: name,
      command: { type: "array", items: text },
      args: { type: "array", items: text },
      env: {
        type: "array",
        items: {
          type: "object",
          required: ["key"],
          properties: { key: text, ...source },
          ...either,
        },
      },
      files: {
        type: "array",
        items: {
          type: "object",
          required: ["key", "mountPath"],
          properties: { key: text, mountPath: text, ...source },
          ...either,
        },
      },
    },
  };
  const spec = {
    type: "object",
    required: ["container", "owner"],
    properties: {
      owner,
      endpoints: {
        type: "object",
        additionalProperties: {
          type: "object",
          required: ["port", "type"],
          properties: {
            type: {
              type: "string",
              enum: ["HTTP", "gRPC", "GraphQL", "Websocket", "TCP", "UDP"],
            },
            port: { type: "integer", format: "int32", minimum: 1, maximum: 65535 },
          },
        },
      },
      container,
    },
  };
  return ofOpenChoreo("Workload", "workloads", spec, { type: "object" });
}

/**
 * A rewritten definition of its SecretReference (api/v1alpha1/secretreference_types.go). The fields that Countersign
 * uses are the same in v1.0.0 and v1.2.3.
 */
function secretReferenceCrd(): string {
  return ofOpenChoreo("SecretReference", "secretreferences", {
    type: "object",
    required: ["data", "template"],
    properties: {
      data: {
        type: "array",
        minItems: 1,
        items: {
          type: "object",
          required: ["remoteRef", "secretKey"],
          properties: {
            secretKey: name,
            remoteRef: {
              type: "object",
              required: ["key"],
              properties: { key: name, property: text, version: text },
            },
          },
        },
      },
      refreshInterval: { type: "string", default: "1h" },
      template: {
        type: "object",
        properties: {
          type: { type: "string", default: "Opaque", enum: ["Opaque", "kubernetes.io/tls"] },
        },
      },
    },
  });
}

/**
 * Rewritten definitions of the objects that OpenChoreo derives from a Workload
 * (api/v1alpha1/componentrelease_types.go and releasebinding_types.go), with the fields that Countersign reads.
 */
function releaseCrds(): readonly string[] {
  const workload = anything;
  const componentType = {
    ...{ type: "object", required: ["kind", "name", "spec"] },
    properties: {
      kind: { type: "string", enum: ["ComponentType", "ClusterComponentType"] },
      name,
      spec: {
        ...{ type: "object", required: ["resources", "workloadType"] },
        properties: { workloadType: text, resources: { type: "array", items: anything } },
      },
    },
  };
  return [
    ofOpenChoreo("ComponentRelease", "componentreleases", {
      ...{ type: "object", required: ["componentType", "owner", "workload"] },
      properties: { componentType, owner, workload },
    }),
    ofOpenChoreo(
      "ReleaseBinding",
      "releasebindings",
      {
        ...{ type: "object", required: ["environment", "owner"] },
        properties: { owner, environment: text, releaseName: text, workloadOverrides: anything },
      },
      { type: "object", properties: { conditions: ofKubernetes } },
    ),
  ];
}

/**
 * A rewritten definition of External Secrets' PushSecret (external-secrets/external-secrets 2.0.1,
 * apis/externalsecrets/v1alpha1).
 */
export function pushSecretCrd(): string {
  const remoteRef = {
    ...{ type: "object", required: ["remoteKey"] },
    properties: { remoteKey: text, property: text },
  };
  const match = {
    ...{ type: "object", required: ["remoteRef"] },
    properties: { secretKey: text, remoteRef },
  };
  const store = {
    type: "object",
    properties: {
      name,
      kind: {
        ...{ type: "string", default: "SecretStore", enum: ["SecretStore", "ClusterSecretStore"] },
      },
    },
  };
  const secret = { type: "object", properties: { name } };
  return crdManifest({
    ...{ group: "external-secrets.io", version: "v1alpha1" },
    ...{ kind: "PushSecret", plural: "pushsecrets" },
    spec: {
      ...{ type: "object", required: ["secretStoreRefs", "selector"] },
      properties: {
        secretStoreRefs: { type: "array", items: store },
        selector: {
          ...{ type: "object", minProperties: 1, maxProperties: 1, properties: { secret } },
        },
        data: {
          type: "array",
          items: { type: "object", required: ["match"], properties: { match } },
        },
        updatePolicy: { type: "string", default: "Replace", enum: ["Replace", "IfNotExists"] },
        deletionPolicy: { type: "string", default: "None", enum: ["Delete", "None"] },
        refreshInterval: { type: "string", default: "1h0m0s" },
      },
    },
    status: { type: "object", properties: { conditions: conditionsWith("status", "type") } },
  });
}

/** Installs the definitions of all objects of a project on OpenChoreo. */
export async function installOpenChoreo(): Promise<void> {
  const manifests = [workloadCrd(), secretReferenceCrd(), ...releaseCrds(), pushSecretCrd()];
  await Promise.all(manifests.map(installCrd));
}
