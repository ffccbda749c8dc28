import { z } from "zod";

/** Marks schemas whose value is the path of a file or folder that the stack is deployed from. */
const paths = z.registry<{ readonly kind: "file" | "folder" }>();

/**
 * A key whose value is the path of a file or folder, relative to Pulumi.yaml. Every such key is created with this
 * function, so that everything that must know which files a stack is deployed from finds it: the workflows preview a
 * stack if one of its files has changed.
 *
 * Check the path in a `transform`: a refinement would be another schema, without the mark.
 */
export function path(kind: "file" | "folder") {
  return z
    .string()
    .min(1)
    .meta({ title: `path of a ${kind}` })
    .register(paths, { kind });
}

/** Returns the paths in a value of the configuration, unchanged. Values that do not match the schema are skipped. */
export function pathsIn(schema: z.core.$ZodType, value: unknown): readonly string[] {
  if (paths.has(schema)) return typeof value === "string" && value !== "" ? [value] : [];
  return partsOf(schema).flatMap(({ key, part }) =>
    valuesAt(value, key).flatMap((inside) => pathsIn(part, inside)),
  );
}

/** A schema within another one. */
export interface Part {
  /** Undefined if the part describes the same value; `*` is any key of a map, and any item of a list. */
  readonly key: string | undefined;
  readonly part: z.core.$ZodType;
}

/**
 * Returns the schemas that a schema consists of; none for a schema without parts.
 *
 * @throws Error for an unknown kind of schema, so that no path in it is overlooked.
 */
export function partsOf(schema: z.core.$ZodType): readonly Part[] {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  switch (def.type) {
    case "object":
      return Object.entries(def.shape).map(([key, part]) => ({ key, part }));
    case "record":
      return [{ key: "*", part: def.valueType }];
    case "array":
      return [{ key: "*", part: def.element }];
    case "optional":
    case "default":
    case "prefault":
      return [{ key: undefined, part: def.innerType }];
    case "pipe":
      return [{ key: undefined, part: def.in }];
    case "union":
      return def.options.map((part) => ({ key: undefined, part }));
    case "string":
    case "number":
    case "boolean":
    case "enum":
    case "literal":
    case "unknown":
    case "custom":
      return [];
    default:
      throw new Error(`config/paths.ts does not know the parts of a schema of type ${def.type}`);
  }
}

function valuesAt(value: unknown, key: string | undefined): readonly unknown[] {
  if (key === undefined) return [value];
  if (typeof value !== "object" || value === null) return [];
  if (key === "*") return Object.values(value);
  return Object.hasOwn(value, key) ? [(value as Record<string, unknown>)[key]] : [];
}
