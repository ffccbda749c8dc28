import { ADAPTER_FIELDS, type Field, type Fields, type Scalar } from "./fields";
import { isMade } from "./template";
import type { TomlNode, TomlProblem, TomlTable, TomlValue } from "./toml";

/**
 * Finds what the adapter does not accept in a configuration that is valid TOML. The adapter does not start with it.
 *
 * @returns the first problem; undefined if there is none.
 */
export function shapeProblem(config: TomlTable): TomlProblem | undefined {
  return inTable(config, ADAPTER_FIELDS, []);
}

/**
 * Returns the node at a key of the adapter's configuration. If it has several spellings, the first in this order counts
 * (pelletier/go-toml v1.8.1, marshal.go).
 */
export function entryOf({ entries }: TomlTable, name: string): TomlNode | undefined {
  const spelling = spellingsOf(name).find((each) => entries.has(each));
  return spelling === undefined ? undefined : entries.get(spelling);
}

/** Returns the spellings of a key that the adapter recognizes. */
function spellingsOf(name: string): readonly string[] {
  const [first = "", ...rest] = name;
  return [name, name.toLowerCase(), name.toUpperCase(), first.toLowerCase() + rest.join("")];
}

type Path = readonly string[];

function inTable(table: TomlTable, fields: Fields, path: Path): TomlProblem | undefined {
  for (const [name, field] of Object.entries(fields)) {
    const spelling = spellingsOf(name).find((each) => table.entries.has(each));
    const node = spelling === undefined ? undefined : table.entries.get(spelling);
    if (spelling === undefined || node === undefined) continue;
    const problem = inField(node, field, [...path, spelling]);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function inField(node: TomlNode, field: Field, path: Path): TomlProblem | undefined {
  if (node.kind === "value" && isMade(node.value)) return undefined;
  if (isList(field)) return inList(node, field[0], path);
  if (field === "map") return node.kind === "table" ? undefined : wrong(node, "a table", path);
  if (field === "map of texts") return inMap(node, path);
  if (typeof field === "string") return inScalar(node, field, path);
  return node.kind === "table" ? inTable(node, field, path) : wrong(node, "a table", path);
}

function inList(node: TomlNode, of: Scalar | Fields, path: Path): TomlProblem | undefined {
  if (typeof of === "string") {
    if (node.kind !== "list") return wrong(node, `a list of ${SCALARS[of].several}`, path);
    return first(node.items, (item) => inField(item, of, path));
  }
  if (node.kind === "tables") return first(node.items, (item) => inTable(item, of, path));
  return wrong(node, `tables, each below [[${path.join(".")}]]`, path);
}

function inMap(node: TomlNode, path: Path): TomlProblem | undefined {
  if (node.kind !== "table") return wrong(node, "a table of texts", path);
  return first([...node.entries], ([name, value]) => inField(value, "text", [...path, name]));
}

function inScalar(node: TomlNode, kind: Scalar, path: Path): TomlProblem | undefined {
  const { one, takes } = SCALARS[kind];
  return node.kind === "value" && takes(node.value) ? undefined : wrong(node, one, path);
}

interface Kind {
  readonly one: string;
  readonly several: string;
  readonly takes: (value: TomlValue["value"]) => boolean;
}

const whole = (bits: number, isSigned: boolean) => {
  const size = 2n ** BigInt(isSigned ? bits - 1 : bits);
  const least = isSigned ? -size : 0n;
  return (value: TomlValue["value"]) => typeof value === "bigint" && value >= least && value < size;
};

/** Durations that `time.ParseDuration` accepts. */
const DURATION = /^[-+]?(0|((\d+(\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h))+)$/;

const SCALARS: Readonly<Record<Scalar, Kind>> = {
  text: { one: "a text in quotes", several: "texts", takes: (each) => typeof each === "string" },
  boolean: {
    one: "true or false, without quotes",
    several: "true or false",
    takes: (each) => typeof each === "boolean",
  },
  int: numbers("a whole number", whole(64, true)),
  int32: numbers("a whole number of at most 32 bits", whole(32, true)),
  uint32: numbers("a whole number from 0 to 4294967295", whole(32, false)),
  duration: numbers(
    'a whole number, or a duration such as "20s"',
    (each) => whole(64, true)(each) || (typeof each === "string" && DURATION.test(each)),
  ),
};

function numbers(one: string, takes: Kind["takes"]): Kind {
  return { one, several: "whole numbers", takes };
}

/** Omits the value itself, which may be a password. */
function wrong(node: TomlNode, wanted: string, path: Path): TomlProblem {
  return {
    at: node.at,
    message: `${path.join(".")} is ${describe(node)}, but the adapter expects ${wanted}`,
  };
}

function describe(node: TomlNode): string {
  if (node.kind === "table") return "a table";
  if (node.kind === "tables") return "a list of tables";
  if (node.kind === "list") return node.items.length === 0 ? "an empty list" : "a list";
  switch (typeof node.value) {
    case "string":
      return "a text";
    case "boolean":
      return "true or false";
    case "bigint":
      return "a whole number";
    case "number":
      return "a number with a fraction";
    default:
      return "a date";
  }
}

function isList(field: Field): field is readonly [Scalar] | readonly [Fields] {
  return Array.isArray(field);
}

function first<T, R>(all: readonly T[], of: (each: T) => R | undefined): R | undefined {
  for (const each of all) {
    const found = of(each);
    if (found !== undefined) return found;
  }
  return undefined;
}
