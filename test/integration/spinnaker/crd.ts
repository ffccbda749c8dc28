import { crdManifest } from "../crd-manifest";

/**
 * The definition of SpinnakerService that the Operator installs, rewritten: the shape of its schema, group by group
 * (armory/spinnaker-operator 1d50e380, deploy/crds/spinnaker.io_spinnakerservices.yaml). The API server drops fields
 * that are not in it, and refuses fields of another type.
 */
export function spinnakerServiceCrd(group: string): string {
  const text = { type: "string" };
  const texts = { type: "array", items: text, "x-kubernetes-list-type": "atomic" };
  const mapOf = (each: object) => ({ type: "object", additionalProperties: each });
  const open = { type: "object", "x-kubernetes-preserve-unknown-fields": true };
  const whole = { type: "integer", format: "int32" };
  const switchable = {
    type: "object",
    required: ["enabled"],
    properties: {
      enabled: { type: "boolean" },
      failOnError: { type: "boolean" },
      frequencySeconds: {
        anyOf: [{ type: "integer" }, { type: "string" }],
        "x-kubernetes-int-or-string": true,
      },
    },
  };
  const validations = ["canary", "ci", "metricStores", "notifications", "persistentStorage"];
  const patches = {
    type: "object",
    properties: { patches: texts, patchesJson6902: text, patchesStrategicMerge: texts },
  };
  const exposed = { type: text, annotations: mapOf(text), publicPort: whole };
  const spec = {
    type: "object",
    required: ["spinnakerConfig"],
    properties: {
      accounts: {
        type: "object",
        properties: { dynamic: { type: "boolean" }, enabled: { type: "boolean" } },
      },
      expose: {
        type: "object",
        properties: {
          type: text,
          service: {
            type: "object",
            properties: {
              ...exposed,
              overrides: mapOf({ type: "object", properties: exposed }),
            },
          },
        },
      },
      kustomize: mapOf({ type: "object", properties: { deployment: patches, service: patches } }),
      spinnakerConfig: {
        type: "object",
        properties: {
          config: open,
          files: mapOf(text),
          profiles: mapOf(open),
          "service-settings": { ...mapOf(open), "x-kubernetes-preserve-unknown-fields": true },
        },
      },
      validation: {
        type: "object",
        properties: {
          failFast: { type: "boolean" },
          failOnError: { type: "boolean" },
          frequencySeconds: switchable.properties.frequencySeconds,
          ...Object.fromEntries(
            [...validations, "providers", "pubsub"].map((name) => [name, mapOf(switchable)]),
          ),
        },
      },
    },
  };
  const status = {
    type: "object",
    properties: {
      accountCount: { type: "integer" },
      apiUrl: text,
      lastDeployed: mapOf({
        type: "object",
        required: ["hash"],
        properties: { hash: text, lastUpdatedAt: { type: "string", format: "date-time" } },
      }),
      serviceCount: { type: "integer" },
      services: {
        type: "array",
        "x-kubernetes-list-type": "map",
        "x-kubernetes-list-map-keys": ["name"],
        items: {
          type: "object",
          required: ["name"],
          properties: { name: text, image: text, readyReplicas: whole, replicas: whole },
        },
      },
      status: text,
      uiUrl: text,
      version: text,
    },
  };
  return crdManifest({
    ...{ group, version: "v1alpha2", kind: "SpinnakerService", plural: "spinnakerservices" },
    ...{ shortNames: ["spinsvc"], spec, status },
  });
}
