import type { BoardEntry } from "./board";
import { noteOf } from "./report";
import { SIGNS, changesText, columns, duration, indented } from "./text";

/** Renders the table of a run in progress: a line per stack. If not all of them fit, running stacks come first. */
export function renderTable(
  stacks: ReadonlyMap<string, readonly BoardEntry[]>,
  size: { readonly columns: number; readonly rows: number },
): string[] {
  const current = [...stacks.values()].flatMap((entries) => currentOf(entries) ?? []);
  const room = Math.max(1, size.rows - 2);
  const shown =
    current.length <= room
      ? current
      : [...current].sort((one, other) => urgency(one) - urgency(other)).slice(0, room - 1);
  const lines = columns(
    shown.map(({ task, progress, seconds, step }) => [
      SIGNS[progress.state],
      task.stack,
      task.pass,
      progress.state,
      seconds === undefined ? "" : duration(seconds),
      step ?? "",
    ]),
  );
  const hidden = current.length - shown.length;
  if (hidden > 0) lines.push(`  and ${hidden} more stacks`);
  return lines.map((line) => line.slice(0, Math.max(0, size.columns - 1)));
}

/** Renders a change as a line of a log, with the error if there is one. */
export function renderLine({ task, progress, seconds = 0 }: BoardEntry, error?: string): string {
  const what = `${task.stack}: ${task.pass}`;
  const note = noteOf(progress);
  switch (progress.state) {
    case "pending":
    case "running":
      return `${what} begins`;
    case "done": {
      const details = [changesText(progress.result.changes), note].filter(Boolean).join("; ");
      return `${what} done in ${duration(seconds)} (${details})`;
    }
    case "failed":
      return [`${what} failed after ${duration(seconds)}`, ...indented(error ?? "")].join("\n");
    case "skipped":
      return `${what} skipped, because ${note ?? ""}`;
    case "interrupted":
      return progress.begun
        ? `${what} interrupted after ${duration(seconds)}`
        : `${what} not started`;
  }
}

/** Returns the pass of a stack to show: the one that is running, else one that failed, else the next, else the last. */
function currentOf(entries: readonly BoardEntry[]): BoardEntry | undefined {
  const inState = (state: string) => entries.find(({ progress }) => progress.state === state);
  return inState("running") ?? inState("failed") ?? inState("pending") ?? entries.at(-1);
}

const URGENCY: readonly string[] = ["running", "failed", "pending", "interrupted", "skipped"];

function urgency({ progress }: BoardEntry): number {
  const position = URGENCY.indexOf(progress.state);
  return position < 0 ? URGENCY.length : position;
}
