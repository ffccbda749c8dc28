import { stringify } from "yaml";

/** A namespaced kind of objects, with a status subresource. */
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

/** Returns a CustomResourceDefinition as YAML. The API server drops fields that its schema does not list. */
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
