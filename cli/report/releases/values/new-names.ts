import type { Plan } from "../../plan";
import { fieldsOf, type Property } from "../../value";

/**
 * Names that Pulumi gives to objects in this update. A preview shows such a name with a suffix that is not final, so it
 * must not be shown as if it were.
 */
export interface NewNames {
  /** The resource whose object gets this name; undefined if it is not such a name. */
  resourceOf(name: string): string | undefined;
  /** A text with `<new name of …>` for every such name. */
  readable(text: string): string;
  /** A text for templates, with a name in place of every such name that is as long, and the same in every preview. */
  standIn(text: string): string;
  /** The rendered form of such a text, made readable. */
  readableStandIn(text: string): string;
}

/** The names of objects that a plan creates or replaces, and that Pulumi names. */
export function newNamesOf({ resources }: Plan): NewNames {
  const byName = new Map<string, string>();
  const byStandIn = new Map<string, string>();
  const standIns = new Map<string, string>();
  for (const resource of resources) {
    if (resource.operation !== "create" && resource.operation !== "replace") continue;
    const name = objectNameOf(resource.after?.inputs.metadata);
    if (name === undefined) continue;
    const standIn = withoutChance(name, resource.name);
    byName.set(name, resource.name);
    byStandIn.set(standIn, resource.name);
    standIns.set(name, standIn);
  }
  const called = (resource: string) => `<new name of ${resource}>`;
  return {
    resourceOf: (name) => byName.get(name),
    readable: replacer(byName, called),
    standIn: replacer(standIns, (standIn) => standIn),
    readableStandIn: replacer(byStandIn, called),
  };
}

/** The names that Pulumi gave to a plan's objects, on both sides: none of them comes from the configuration. */
export function givenNames({ resources }: Plan): ReadonlyMap<string, string> {
  return new Map(
    resources.flatMap(({ name, before, after }) =>
      [before, after]
        .map((side) => objectNameOf(side?.inputs.metadata))
        .filter((given) => given !== undefined)
        .map((given) => [given, name] as const),
    ),
  );
}

/** The name in the metadata of an object, if Pulumi gave it. */
function objectNameOf(metadata: Property | undefined): string | undefined {
  const { name, annotations } = fieldsOf(metadata);
  const isGiven = fieldsOf(annotations)["pulumi.com/autonamed"] === "true";
  return isGiven && typeof name === "string" ? name : undefined;
}

/** Replaces the suffix, which is random in every preview. */
function withoutChance(name: string, resource: string): string {
  const start = `${resource}-`;
  return name.startsWith(start) ? start + "0".repeat(name.length - start.length) : name;
}

function replacer(
  replacements: ReadonlyMap<string, string>,
  write: (replacement: string) => string,
): (text: string) => string {
  if (replacements.size === 0) return (text) => text;
  // Longer ones first: one name may be the beginning of another.
  const texts = [...replacements.keys()].sort((one, other) => other.length - one.length);
  const pattern = new RegExp(texts.map(escapeForPattern).join("|"), "g");
  return (text) => text.replace(pattern, (found) => write(replacements.get(found) ?? ""));
}

/** Returns the source of a pattern that matches exactly a text. */
export function escapeForPattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
