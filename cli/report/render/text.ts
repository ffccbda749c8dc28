import { count } from "../../../verify/print";
import { columns } from "../../fleet/report/text";
import { headline, stackHeadline } from "../headline";
import type {
  CertificateChange,
  Danger,
  ReleaseChange,
  Report,
  StackReport,
  ValueChange,
} from "../model";
import { byStep, clausesOn } from "../trust/server-changes";
import { isUnknown } from "../value";
import { byEnd, dayOf, momentText, spanOf, timeText, validityChange } from "./dates";
import { plain, visible, visibleLines } from "./escape";
import {
  NOT_KNOWN,
  certificateTitles,
  changeText,
  comparedTrust,
  generationText,
  lossesFirst,
  namesInOrder,
  reasonText,
  releaseFacts,
  releaseName,
  stepText,
  valueText,
  workloadText,
  type Style,
} from "./words";

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

/** The style of text. Nothing is cut off, as readers look here for what Markdown has no room for. */
const TEXT: Style = {
  name: (text) => visible(text, Infinity),
  prose: plain,
  arrow: "->",
};

const WIDTH = 100;

/** Words in lines of at most 100 characters, unless a word is longer. */
function wrapped(text: string, first = "", others = first): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    const indent = lines.length === 0 ? first : others;
    if (line !== "" && indent.length + line.length + 1 + word.length > WIDTH) {
      lines.push(indent + line);
      line = word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  return [...lines, (lines.length === 0 ? first : others) + line];
}

/** Labelled texts, one below the other. */
function labelled(rows: readonly (readonly [label: string, text: string])[]): string[] {
  const width = Math.max(0, ...rows.map(([label]) => label.length)) + 2;
  return rows.flatMap(([label, text]) =>
    wrapped(text, `    ${label.padEnd(width)}`, " ".repeat(4 + width)),
  );
}

function certificateLines({ certificates }: StackReport, at: string): string[] {
  if (certificates.length === 0) return [];
  const titleOf = certificateTitles(certificates, TEXT);
  return [
    "Certificates",
    ...certificates.flatMap((change) => [
      `  ${titleOf(change)}: ${change.operation}`,
      ...labelled(rowsOf(change, at)),
    ]),
  ];
}

function rowsOf(change: CertificateChange, at: string): (readonly [string, string])[] {
  const { subject, fingerprint, reasons } = change;
  return [
    ...reasons.map((reason) => ["why", reasonText(reason, TEXT)] as const),
    ["valid", validityChange(change, at, TEXT.arrow)],
    ["names", namesText(change)],
    ["subject", isUnknown(subject) ? NOT_KNOWN : visible(subject, Infinity)],
    ["key", changeText(change.key, TEXT)],
    ["issuer", changeText(change.issuer, TEXT)],
    ...(fingerprint === undefined ? [] : [["current", `SHA-256 ${plain(fingerprint)}`] as const]),
  ];
}

function namesText({ names, operation }: CertificateChange): string {
  if (isUnknown(names)) return NOT_KNOWN;
  const whole = operation === "issued" || operation === "withdrawn";
  const marks = { kept: "", added: whole ? "" : "+ ", removed: whole ? "" : "- " };
  return (
    namesInOrder(names)
      .map(([name, mark]) => marks[mark] + visible(name))
      .join(", ") || "none"
  );
}

function accessLines({ access }: StackReport): string[] {
  if (access.length === 0) return [];
  return [
    "Access",
    ...lossesFirst(access).map(
      ({ party, change, server }) => `  ${visible(party)} ${change} access to ${visible(server)}`,
    ),
  ];
}

/** Servers whose mode changes, with all their callers. */
function serverLines({ servers }: StackReport): string[] {
  if (servers.length === 0) return [];
  return [
    "Servers",
    ...byStep(servers).flatMap((group) => {
      const [step] = group;
      return [
        ...wrapped(`${stepText(step, TEXT)}: ${clausesOn(step).join("; ")}`, "  ", "    "),
        ...group.flatMap(({ party, callers }) => {
          const who = callers.map((caller) => visible(caller)).join(", ");
          const called = callers.length === 0 ? "" : `, called by ${who}`;
          return wrapped(visible(party) + called, "    ", "      ");
        }),
      ];
    }),
  ];
}

function trustLines({ trust }: StackReport): string[] {
  if (trust.length === 0) return [];
  return [
    "Trust",
    ...trust.flatMap((change) => {
      const { before, after } = comparedTrust(change);
      const among = [...change.before, ...change.after];
      const listed = [
        ...before
          .filter(([, mark]) => mark === "removed")
          .map(([each]) => `- ${generationText(each, among, TEXT)}`),
        ...after.map(
          ([each, mark]) => (mark === "added" ? "+ " : "") + generationText(each, among, TEXT),
        ),
      ];
      const when = change.elsewhere ? ", with its own up" : "";
      return wrapped(
        `${visible(change.party)}${when}: ${listed.join(", ") || "nobody"}`,
        "  ",
        "    ",
      );
    }),
  ];
}

/** Lifetimes of all certificates, those that expire first at the top. */
function lifetimeLines({ lifetimes }: StackReport, at: string): string[] {
  if (lifetimes.length === 0) return [];
  const lives = lifetimes.map((lifetime) => ({ lifetime, span: spanOf(lifetime, at) }));
  const rows = lives
    .sort((one, other) => byEnd(one.span, other.span))
    .map(({ lifetime, span }) => [
      visible(lifetime.owner),
      visible(lifetime.name),
      ...life(span, at),
    ]);
  const table = columns([["Owner", "Name", "From", "Until", "Renewed from"], ...rows]);
  return ["Timeline", ...table.map((line) => `  ${line}`)];
}

function life(span: ReturnType<typeof spanOf>, at: string): string[] {
  if (span === undefined) return [NOT_KNOWN];
  const { start, end, renewal, fresh } = span;
  return [
    fresh ? "this change" : timeText(start, at),
    `${fresh ? "about " : ""}${fresh ? dayOf(end) : timeText(end, at)}`,
    renewal === undefined ? "never" : timeText(renewal, at),
  ];
}

/** Changes of each release, one block each. */
function releaseLines({ releases }: StackReport): string[][] {
  return releases.map((release) => [
    `Release ${visible(release.party)}: ${releaseName(release, TEXT)} is ${release.operation}`,
    ...releaseFacts(release, TEXT).flatMap((fact) => wrapped(fact, "  - ", "    ")),
    ...valuesOf(release),
    ...manifestsOf(release),
  ]);
}

function valuesOf({ values }: ReleaseChange): string[] {
  if (values.length === 0) return [];
  return [`  ${count(values.length, "value")} of the chart:`, ...values.flatMap(valueLines)];
}

function valueLines({ path, before, after }: ValueChange): string[] {
  return wrapped(
    `${visible(path)}: ${valueText(before, TEXT)} ${TEXT.arrow} ${valueText(after, TEXT)}`,
    "    ",
    "      ",
  );
}

function manifestsOf({ manifests }: ReleaseChange): string[] {
  if ("unavailable" in manifests) return [];
  if (manifests.objects.length === 0) return ["  The rendered manifests stay the same."];
  return manifests.objects.flatMap(({ kind, name, operation, diff }) => [
    `  ${operation} ${visible(kind)} ${visible(name)}`,
    ...visibleLines(diff)
      .replace(/\n+$/, "")
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => `    ${line}`),
  ]);
}

/** Changes of each workload, with all values that change. */
function workloadLines({ workloads }: StackReport): string[] {
  if (workloads.length === 0) return [];
  return [
    "Workloads",
    ...workloads.flatMap((change) => [
      ...wrapped(workloadText(change, TEXT), "  ", "    "),
      ...change.values.flatMap(valueLines),
    ]),
  ];
}
