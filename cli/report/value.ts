/** Mark of a value that the preview cannot know before the `up`. */
export interface Unknown {
  readonly unknown: true;
}

/** Mark of a value that Pulumi keeps secret; it contains nothing of the value. */
export interface Secret {
  readonly secret: true;
}

export const UNKNOWN: Unknown = Object.freeze({ unknown: true });
export const SECRET: Secret = Object.freeze({ secret: true });

/** A value, or the mark that it is not known before the `up`. */
export type Maybe<T> = T | Unknown;

/** A property of a resource in a preview. */
export type Property =
  string | number | boolean | null | Unknown | Secret | readonly Property[] | PropertyMap;

export interface PropertyMap {
  readonly [key: string]: Property;
}

export function isUnknown(value: unknown): value is Unknown {
  return value === UNKNOWN;
}

export function isSecret(value: unknown): value is Secret {
  return value === SECRET;
}

export function isMap(value: Property | undefined): value is PropertyMap {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  return value !== SECRET && value !== UNKNOWN;
}

/** The fields of a map; none for anything else. */
export function fieldsOf(value: Property | undefined): PropertyMap {
  return isMap(value) ? value : {};
}

/** All texts in a value, without the keys of maps. */
export function textsIn(value: Property | undefined): string[] {
  if (typeof value === "string") return [value];
  if (Array.isArray(value)) return (value as readonly Property[]).flatMap(textsIn);
  return Object.values(fieldsOf(value)).flatMap(textsIn);
}

/** What the engine writes for unknown texts and other values (pulumi/pulumi sdk/go/common/resource/plugin/rpc.go). */
const UNKNOWN_MARKS: ReadonlySet<string> = new Set([
  "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "030794c1-ac77-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);

/** What it writes for a secret. */
const SECRET_MARK = "[secret]";

/** Reads a value of the preview's JSON, and distinguishes hidden and unknown values from texts. */
export function readProperty(value: unknown): Property {
  if (typeof value === "string") {
    if (UNKNOWN_MARKS.has(value)) return UNKNOWN;
    return value === SECRET_MARK ? SECRET : value;
  }
  if (Array.isArray(value)) return value.map(readProperty);
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([key, property]) => [key, readProperty(property)]),
    );
  }
  return typeof value === "number" || typeof value === "boolean" ? value : null;
}
