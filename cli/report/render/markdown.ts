import { headline, stackHeadline } from "../headline";
import type { Danger, Report, StackReport } from "../model";
import { certificates } from "./certificates";
import { momentText } from "./dates";
import { code, prose } from "./escape";
import { fit, type Block, type Part } from "./layout";
import { leftOut, list, type Place, type Section } from "./markdown-style";
import { releases, workloads } from "./releases";
import { timeline } from "./timeline";
import { access, servers, trust } from "./trust";
import { trustDiagram } from "./trust-diagram";

interface MarkdownOptions {
  /**
   * Maximum number of bytes in UTF-8, at least 2000. GitHub allows 65,536 characters in a comment.
   * @default 64000
   */
  readonly limit?: number | undefined;
}

/** The sections, the most important for a reviewer first. */
const SECTIONS: readonly Section[] = [
  warnings,
  certificates,
  access,
  servers,
  trust,
  releases,
  workloads,
  timeline,
  trustDiagram,
  information,
];

/** Layout of a list whose rows an empty line separates. */
const APART = { between: "\n\n" } as const;

const NAMED_STACKS = 3;
const LONGEST_HEADLINE = 600;

/**
 * A report for GitHub. If it is longer than allowed, whole sections are left out, the least important first, and a line
 * in each place says so.
 */
export function renderMarkdown(report: Report, { limit = 64_000 }: MarkdownOptions = {}): string {
  const { stacks } = report;
  const several = stacks.length > 1;
  const everywhere = { command: commandOf(stacks) };
  return fit(
    [
      `# ${title(report)}`,
      `**${sentence((options) => headline(report, options))}**`,
      `Previewed ${momentText(report.at, report.at)}.`,
      ...failures(report, everywhere),
      ...dangers(report, everywhere),
      ...(several
        ? [
            list(
              "stacks",
              stacks.map((stack) => stackPart(stack, report)),
              "more stack",
              { command: commandOf([]) },
              APART,
            ),
          ]
        : stacks.flatMap((stack) => singlePart(stack, report))),
    ],
    limit,
  );
}

function title({ stacks }: Report): string {
  const names = stacks.slice(0, NAMED_STACKS).map(({ stack }) => code(stack, 40));
  if (stacks.length > NAMED_STACKS) return `What changes in ${stacks.length} stacks`;
  return `What changes in ${names.join(", ")}`;
}

/** A sentence with names, unless these are so strange that it would be unreadable. */
function sentence(write: (options: { readonly names: boolean }) => string): string {
  const named = prose(write({ names: true }));
  return Buffer.byteLength(named) <= LONGEST_HEADLINE ? named : prose(write({ names: false }));
}

/** @param stacks the command is for all stacks if there are none or several. */
function commandOf(stacks: readonly StackReport[]): string {
  const [stack, ...others] = stacks;
  const chosen = stack === undefined || others.length > 0 ? "" : ` --stack ${stack.stack}`;
  return code(`countersign report${chosen} --format text`, 120);
}

function sectionsOf(stack: StackReport, place: Place): Block[] {
  return SECTIONS.flatMap((section) => section(stack, place));
}

function singlePart(stack: StackReport, { at }: Report): Part[] {
  const place = { at, heading: "##", command: commandOf([stack]) };
  const body = sectionsOf(stack, place);
  if (body.length === 0) return [];
  return [{ rank: "stack", body, instead: leftOut("everything else", place) }];
}

function stackPart(stack: StackReport, { at }: Report): Part {
  const place = { at, heading: "###", command: commandOf([stack]) };
  const head = `## Stack ${code(stack.stack, 80)}`;
  const said = sentence((options) => stackHeadline(stack, options));
  return {
    rank: "stack",
    body: [head, said, ...sectionsOf(stack, place)],
    instead: `${head}\n\n${said} ${leftOut("the rest", place)}`,
  };
}

const HEADINGS = { destructive: "Destructive", breaking: "Breaking" } as const;

/** The stacks whose previews failed, so that nothing is known about them. */
function failures({ stacks }: Report, place: Pick<Place, "command">): readonly Block[] {
  const rows = stacks.flatMap(({ stack, failure }) =>
    failure === undefined ? [] : [`> [!CAUTION]\n> ${code(stack)}: ${prose(failure)}`],
  );
  if (rows.length === 0) return [];
  return ["## Preview failed", list("destructive", rows, "failure", place, APART)];
}

/** Everything that stacks lose or break, with what to do instead. */
function dangers({ stacks }: Report, place: Pick<Place, "command">): readonly Block[] {
  return (["destructive", "breaking"] as const).flatMap((kind): Block[] => {
    const rows = stacks.flatMap(({ stack, dangers: all }) =>
      all
        .filter((danger) => danger.kind === kind)
        .map((danger) => alert(danger, stacks.length > 1 ? `${code(stack)}: ` : "")),
    );
    if (rows.length === 0) return [];
    return [`## ${HEADINGS[kind]}`, list(kind, rows, `${kind} change`, place, APART)];
  });
}

function warnings({ notices }: StackReport, place: Place): readonly Block[] {
  const texts = notices.filter(({ severity }) => severity === "warning").map(({ text }) => text);
  if (texts.length === 0) return [];
  const rows = texts.map((text) => `> [!WARNING]\n> ${prose(text)}`);
  return [list("warnings", rows, "warning", place, APART)];
}

function information({ notices }: StackReport, place: Place): readonly Block[] {
  const texts = notices.filter(({ severity }) => severity === "info").map(({ text }) => text);
  if (texts.length === 0) return [];
  const rows = texts.map((text) => `- ${prose(text)}`);
  return [`${place.heading} Messages`, list("information", rows, "message", place)];
}

function alert({ text, todo }: Danger, prefix: string): string {
  const lines = ["[!CAUTION]", `${prefix}${prose(text)}`, ">", `**Instead:** ${prose(todo)}`];
  return lines.map((line) => (line === ">" ? line : `> ${line}`)).join("\n");
}
