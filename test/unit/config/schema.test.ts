import assert from "node:assert/strict";
import { z } from "zod";
import { SECTIONS } from "../../../config";
import { section } from "../../../config/fields";
import { partsOf, pathsIn } from "../../../config/paths";

interface Key {
  readonly path: string;
  readonly schema: z.core.$ZodType;
}

/** Every key in a schema, and in those of its keys. */
function keysOf(schema: z.core.$ZodType, path = ""): Key[] {
  return partsOf(schema).flatMap(({ key, part }) => {
    const own = key === undefined ? path : `${path}.${key}`;
    const isKey = key !== undefined && key !== "*";
    return [...(isKey ? [{ path: own, schema: part }] : []), ...keysOf(part, own)];
  });
}

function examplesOf(schema: z.core.$ZodType): readonly unknown[] {
  return (z.globalRegistry.get(schema)?.examples ?? []) as unknown[];
}

/** Keys that do not explain themselves: without a description, or without an example where no keys follow. */
function unexplained(schema: z.core.$ZodType): string[] {
  return keysOf(schema)
    .filter((key) => {
      const description = z.globalRegistry.get(key.schema)?.description ?? "";
      const isLeaf = keysOf(key.schema).length === 0;
      return description === "" || (isLeaf && examplesOf(key.schema).length === 0);
    })
    .map(({ path }) => path);
}

describe("the keys of the configuration", () => {
  const all = z.strictObject(SECTIONS);

  it("have a description each, and an example; see config/about.ts", () => {
    assert.deepEqual(unexplained(all), []);
  });

  it("would be found without one, wherever they are", () => {
    const inner = section({ key: z.string().optional(), other: z.string().describe("Another") });
    const schema = section({ map: z.record(z.string(), inner.optional()).describe("A map") });
    assert.deepEqual(unexplained(schema), [".map.*.key", ".map.*.other"]);
  });

  it("are such as their examples show", () => {
    for (const { path, schema } of keysOf(all))
      for (const example of examplesOf(schema)) {
        const isShort = JSON.stringify(example).includes("…");
        const isUnfollowed = isShort || pathsIn(schema, example).length > 0;
        assert.ok(isUnfollowed || z.safeParse(schema, example).success, path);
      }
  });
});
