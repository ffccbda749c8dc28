import { appendFileSync } from "node:fs";
import type { EngineEvent } from "@pulumi/pulumi/automation";
import { maskCredentials } from "../../command/pulumi";

/** Number of resources by operation, without those that stayed the same. */
export type Changes = Readonly<Record<string, number>>;

/** Largest number of lines of an error that are shown; the log has all of them. */
const MOST_LINES = 10;
const LONGEST_LINE = 400;

/** Collects the events of an update or preview while it runs. */
export class EventLog {
  changes: Changes = {};
  private readonly diagnostics: string[] = [];

  /** @param onStep called with each operation on a resource when it begins. */
  constructor(private readonly onStep: (text: string) => void) {}

  readonly take = ({ resourcePreEvent, summaryEvent, diagnosticEvent }: EngineEvent): void => {
    if (resourcePreEvent) {
      const { op, type, urn } = resourcePreEvent.metadata;
      if (op !== "same")
        this.onStep(`${op} ${type.split(":").at(-1) ?? ""} ${urn.split("::").at(-1) ?? urn}`);
    }
    if (summaryEvent) this.changes = changesOf(summaryEvent.resourceChanges);
    if (diagnosticEvent?.severity === "error") {
      const { message, urn = "" } = diagnosticEvent;
      const [, name] = /::([^:]+)$/.exec(urn) ?? [];
      const isStack = name === undefined || urn.includes("::pulumi:pulumi:Stack::");
      this.diagnostics.push(isStack ? message : `${name}: ${message}`);
    }
  };

  /**
   * Returns the lines about a failure that people need.
   *
   * @param stderr the CLI's standard error, which is used if no resource failed.
   */
  errorLines(stderr: string): string[] {
    const said = this.diagnostics.length > 0 ? this.diagnostics.join("\n") : stderr;
    return essentialLines(said);
  }
}

/**
 * Returns the lines of an error without credentials, colours, stack traces, repetitions, and lines without information.
 */
export function essentialLines(text: string): string[] {
  const lines = maskCredentials(text)
    .replace(/<\{%.*?%\}>/g, "")
    .split(/\r?\n/)
    .map((line) => line.trimEnd().replace(/^error: /, ""))
    .filter((line) => line !== "" && !/^\s+at /.test(line))
    .filter((line) => !/^(update|preview|resource|operation) failed$/i.test(line.trim()));
  const unique = [...new Set(lines)].map((line) =>
    line.length > LONGEST_LINE ? `${line.slice(0, LONGEST_LINE)} …` : line,
  );
  const shown = unique.slice(0, MOST_LINES);
  if (unique.length > shown.length) shown.push(`… ${unique.length - shown.length} more lines`);
  return shown.length > 0 ? shown : ["it failed without saying why"];
}

/** Operations in the order in which people read them; all others come after these. */
const OPERATIONS = ["create", "update", "replace", "delete"];

/** @param counts counts of all operations, as the engine reports them. */
export function changesOf(counts: Readonly<Record<string, number>> = {}): Changes {
  const others = Object.keys(counts).filter(
    (operation) => operation !== "same" && !OPERATIONS.includes(operation),
  );
  const changed = [...OPERATIONS, ...others.sort()].filter((each) => (counts[each] ?? 0) > 0);
  return Object.fromEntries(changed.map((operation) => [operation, counts[operation] ?? 0]));
}

/** Returns the total changes of several passes. */
export function sumOf(all: readonly Changes[]): Changes {
  const total: Record<string, number> = {};
  for (const [operation, count] of all.flatMap((changes) => Object.entries(changes))) {
    total[operation] = (total[operation] ?? 0) + count;
  }
  return changesOf(total);
}

/** A stream of a stack's log, without the credentials of URLs. It writes whole lines, because a URL may arrive in pieces. */
export class LogStream {
  private unfinished = "";

  constructor(private readonly file: string) {}

  readonly write = (text: string): void => {
    const end = text.lastIndexOf("\n") + 1;
    if (end > 0) this.append(this.unfinished + text.slice(0, end));
    this.unfinished = end > 0 ? text.slice(end) : this.unfinished + text;
  };

  /** Writes the last line, which may lack its end. */
  end(): void {
    if (this.unfinished !== "") this.append(this.unfinished);
    this.unfinished = "";
  }

  private append(text: string): void {
    appendFileSync(this.file, maskCredentials(text), { mode: 0o600 });
  }
}
