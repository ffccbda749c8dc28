import { crdManifest } from "../crd-manifest";

export const GROUP = "openchoreo.dev";

/**
 * The definition of OpenChoreo's Workload, in our words: the fields of its types (openchoreo/openchoreo 0dac083e,
 * api/v1alpha1/workload_types.go). What is not listed there is dropped by the API server, and what is of another type is
 * refused; so are both of `value` and `valueFrom`, and another owner.
 */
export function workloadCrd(): string {
  const text = { type: "string" };
  const name = { type: "string", minLength: 1 };
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
        maxItems: 100,
        items: {
          type: "object",
          required: ["key"],
          properties: { key: text, ...source },
          ...either,
        },
      },
      files: {
        type: "array",
        maxItems: 100,
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
      owner: {
        type: "object",
        required: ["componentName", "projectName"],
        properties: { componentName: name, projectName: name },
        "x-kubernetes-validations": [
          { rule: "self == oldSelf", message: "the owner is immutable" },
        ],
      },
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
  return crdManifest({
    ...{ group: GROUP, version: "v1alpha1", kind: "Workload", plural: "workloads" },
    ...{ spec, status: { type: "object" } },
  });
}
