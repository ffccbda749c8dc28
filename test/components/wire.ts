/** Marks of the engine's protocol for values that are not plain. */
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";
const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** How tests write a value that a preview does not know. */
export const unknown = "(unknown)";

/** The plain value of what was sent over the wire: secrets opened, unknown values as {@link unknown}. */
export function reveal(value: unknown): unknown {
  if (value === UNKNOWN) return unknown;
  if (Array.isArray(value)) return value.map(reveal);
  if (typeof value !== "object" || value === null) return value;
  if (isSecret(value)) return reveal(value.value);
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, reveal(entry)]));
}

/** The visible part of a value that was sent over the wire: the same, but secrets as `[secret]`. */
export function visible(value: unknown): unknown {
  if (value === UNKNOWN) return unknown;
  if (Array.isArray(value)) return value.map(visible);
  if (typeof value !== "object" || value === null) return value;
  if (isSecret(value)) return "[secret]";
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, visible(entry)]));
}

/** A secret as it is sent over the wire. */
export function onWire(secret: unknown): unknown {
  return { [SIGNATURE]: SECRET, value: secret };
}

function isSecret(value: object): value is { value: unknown } {
  return SIGNATURE in value && value[SIGNATURE] === SECRET;
}
