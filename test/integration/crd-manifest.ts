import { stringify } from "yaml";

/** A kind of objects in namespaces, with a status of its own. */
export interface Definition {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  /** @default - none */
  readonly shortNames?: readonly string[];
  /** Its schema (OpenAPI 3). */
  readonly spec: object;
  readonly status: object;
}

/** A CustomResourceDefinition, as YAML. What its schema does not list is dropped by the API server. */
export function crdManifest({
  group,
  version,
  kind,
  plural,
  shortNames = [],
  spec,
  status,
}: Definition): string {
  const text = { type: "string" };
  const properties = { apiVersion: text, kind: text, metadata: { type: "object" }, spec, status };
  return stringify({
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      scope: "Namespaced",
      names: { kind, listKind: `${kind}List`, plural, singular: kind.toLowerCase(), shortNames },
      versions: [
        {
          name: version,
          served: true,
          storage: true,
          subresources: { status: {} },
          schema: { openAPIV3Schema: { type: "object", properties } },
        },
      ],
    },
  });
}
