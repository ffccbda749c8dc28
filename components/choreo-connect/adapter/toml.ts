import { ParseError, parseTOML, type AST } from "toml-eslint-parser";

/** The node at a key of a TOML file, and the key's position. */
export type TomlNode = TomlTable | TomlTables | TomlList | TomlValue;

interface Placed {
  /** Position of the first character of the key, or of an element, in the text. */
  readonly at: number;
}

export interface TomlTable extends Placed {
  readonly kind: "table";
  readonly entries: ReadonlyMap<string, TomlNode>;
}

/** `[[path]]`, or an array that contains only inline tables. */
interface TomlTables extends Placed {
  readonly kind: "tables";
  readonly items: readonly TomlTable[];
  /** Whether it is an array in brackets, to which a later `[[path]]` cannot add. */
  readonly isInline: boolean;
}

interface TomlList extends Placed {
  readonly kind: "list";
  readonly items: readonly TomlNode[];
}

export interface TomlValue extends Placed {
  readonly kind: "value";
  /** The value. Dates stay dates, as no key of an adapter has one. */
  readonly value: string | boolean | bigint | number | Date;
}

/** A problem at a position of a text. The message is a sentence without its capital and its full stop. */
export interface TomlProblem {
  readonly at: number;
  readonly message: string;
}

/**
 * Reads TOML 1.0 as far as the adapter's parser does (pelletier/go-toml v1.8.1). That parser also ignores some
 * mistakes, such as a table that occurs twice in different spellings; here they are errors.
 */
export function readToml(text: string): TomlTable | TomlProblem {
  try {
    return new Reader(text).read();
  } catch (error) {
    if (error instanceof Refused) return { at: error.at, message: error.message };
    if (!(error instanceof ParseError)) throw error;
    return { at: error.index, message: reasonOf(text, error) };
  }
}

/** Returns line and column of a position, both counted from 1. */
export function placeOf(text: string, at: number): { line: number; column: number } {
  const before = text.slice(0, at);
  const line = before.split("\n").length;
  return { line, column: at - before.lastIndexOf("\n") };
}

/** A table to which nodes are added while it is read. */
interface OpenTable extends TomlTable {
  readonly entries: Map<string, TomlNode>;
}

/** Thrown for TOML that the adapter's parser does not accept. */
class Refused extends Error {
  constructor(
    readonly at: number,
    message: string,
  ) {
    super(message);
  }
}

class Reader {
  private readonly root = emptyTable(0);

  constructor(private readonly text: string) {}

  read(): TomlTable {
    const [{ body }] = parseTOML(this.text, { tomlVersion: "1.0" }).body;
    for (const node of body) {
      if (node.type === "TOMLKeyValue") this.put(this.root, node);
      else this.addTable(node);
    }
    return this.root;
  }

  private addTable({ resolvedKey: path, range: [at], body }: AST.TOMLTable): void {
    let table = this.root;
    path.forEach((key, index) => {
      if (typeof key === "number") return;
      const next = path[index + 1];
      table = typeof next === "number" ? elementOf(table, key, next, at) : tableIn(table, key, at);
    });
    for (const setting of body) this.put(table, setting);
  }

  private put(table: OpenTable, { key, value }: AST.TOMLKeyValue): void {
    const names = key.keys.map((each) => (each.type === "TOMLBare" ? each.name : each.value));
    const [at] = key.range;
    const owner = names.slice(0, -1).reduce((open, name) => tableIn(open, name, at), table);
    owner.entries.set(names.at(-1) ?? "", this.nodeOf(value, at));
  }

  private nodeOf(node: AST.TOMLContentNode, at: number): TomlNode {
    if (node.type === "TOMLValue") return { kind: "value", at, value: this.valueOf(node) };
    if (node.type === "TOMLInlineTable") {
      const table = emptyTable(at);
      for (const each of node.body) this.put(table, each);
      return table;
    }
    const items = node.elements.map((each) => this.nodeOf(each, each.range[0]));
    const tables = items.filter((each) => each.kind === "table");
    return tables.length > 0 && tables.length === items.length
      ? { kind: "tables", at, items: tables, isInline: true }
      : { kind: "list", at, items };
  }

  private valueOf(node: AST.TOMLValue): TomlValue["value"] {
    const [at] = node.range;
    if (node.kind === "integer") {
      if (node.bigint < LARGEST && node.bigint >= -LARGEST) return node.bigint;
      throw new Refused(at, "a whole number has more than 64 bits");
    }
    const isLong = node.kind === "string" && node.multiline;
    if (isLong && ENDS_IN_QUOTE.test(this.text.slice(...node.range))) {
      throw new Refused(at, "a text of several lines ends in a quote of its own; escape it");
    }
    return node.value;
  }
}

const LARGEST = 2n ** 63n;
/** For that parser, the first three quotes in a row are the end. */
const ENDS_IN_QUOTE = /^...[^]*[^\\](""""|'''')$/;

function emptyTable(at: number): OpenTable {
  return { kind: "table", at, entries: new Map() };
}

function elementOf(table: OpenTable, key: string, index: number, at: number): OpenTable {
  const found = table.entries.get(key);
  const items = found?.kind === "tables" ? (found.items as OpenTable[]) : [];
  if (found?.kind !== "tables") {
    table.entries.set(key, { kind: "tables", at, items, isInline: false });
  }
  return (items[index] ??= emptyTable(at));
}

function tableIn(table: OpenTable, key: string, at: number): OpenTable {
  const found = table.entries.get(key);
  if (found?.kind === "table") return found as OpenTable;
  const made = emptyTable(at);
  table.entries.set(key, made);
  return made;
}

function reasonOf(text: string, { index, message }: ParseError): string {
  return text.startsWith("$", index)
    ? 'a value begins with $; write it in quotes, as in "$env{NAME}"'
    : message.charAt(0).toLowerCase() + message.slice(1);
}
