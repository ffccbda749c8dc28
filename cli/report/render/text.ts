import { headline, stackHeadline } from "../headline";
import type { Danger, Report, StackReport } from "../model";
import { momentText } from "./dates";
import { plain, visible } from "./escape";
import {
  accessLines,
  certificateLines,
  lifetimeLines,
  releaseLines,
  serverLines,
  trustLines,
  workloadLines,
  wrapped,
} from "./text-sections";

/** A report for a terminal, with everything in it and nothing folded. */
export function renderText(report: Report): string {
  const { stacks, at } = report;
  const several = stacks.length > 1;
  const blocks = [
    [
      `What changes in ${stacks.map(({ stack }) => visible(stack)).join(", ")}`,
      ...wrapped(plain(headline(report))),
      `Previewed ${momentText(at, at)}.`,
    ],
    failureLines(stacks),
    ...(["destructive", "breaking"] as const).map((kind) => dangerLines(stacks, kind)),
    ...stacks.flatMap((stack) => [
      ...(several
        ? [[`=== Stack ${visible(stack.stack)}`, ...wrapped(plain(stackHeadline(stack)))]]
        : []),
      ...stackBlocks(stack, at),
    ]),
  ];
  const filled = blocks.filter((lines) => lines.length > 0);
  return `${filled.map((lines) => lines.join("\n")).join("\n\n")}\n`;
}

function failureLines(stacks: readonly StackReport[]): string[] {
  const lines = stacks.flatMap(({ stack, failure }) =>
    failure === undefined ? [] : wrapped(`${visible(stack)}: ${plain(failure)}`, "  × ", "    "),
  );
  return lines.length === 0 ? [] : ["PREVIEW FAILED", ...lines];
}

function dangerLines(stacks: readonly StackReport[], kind: Danger["kind"]): string[] {
  const lines = stacks.flatMap(({ stack, dangers }) =>
    dangers
      .filter((danger) => danger.kind === kind)
      .flatMap(({ text, todo }) => [
        ...wrapped(
          `${stacks.length > 1 ? `${visible(stack)}: ` : ""}${plain(text)}`,
          "  × ",
          "    ",
        ),
        ...wrapped(plain(todo), "    -> ", "       "),
      ]),
  );
  return lines.length === 0 ? [] : [kind.toUpperCase(), ...lines];
}

function stackBlocks(stack: StackReport, at: string): (readonly string[])[] {
  return [
    noticeLines(stack, "warning", "Warnings", "  ! "),
    certificateLines(stack, at),
    accessLines(stack),
    serverLines(stack),
    trustLines(stack),
    ...releaseLines(stack),
    workloadLines(stack),
    lifetimeLines(stack, at),
    noticeLines(stack, "info", "Messages", "  - "),
  ];
}

function noticeLines(
  { notices }: StackReport,
  severity: "warning" | "info",
  title: string,
  sign: string,
): string[] {
  const lines = notices
    .filter((notice) => notice.severity === severity)
    .flatMap(({ text }) => wrapped(plain(text), sign, "    "));
  return lines.length === 0 ? [] : [title, ...lines];
}
