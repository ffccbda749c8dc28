import { count } from "../../../verify/print";
import type { ObjectChange, ReleaseChange, StackReport } from "../model";
import { code, fenced, htmlCode, row } from "./escape";
import type { Block } from "./layout";
import {
  MARKDOWN,
  folded,
  leftOut,
  list,
  tableHead,
  type Place,
  type Section,
} from "./markdown-style";
import { releaseFacts, releaseName, valueText, workloadText } from "./words";

export const releases: Section = ({ releases: changes }: StackReport, place) => {
  if (changes.length === 0) return [];
  const rows = changes.map((change) => [
    factsOf(change, place),
    ...releaseValues(change, place),
    ...manifestsOf(change, place),
  ]);
  return [
    `${place.heading} Releases`,
    list("releases", rows, "more release", place, { between: "\n\n" }),
  ];
};

function factsOf(change: ReleaseChange, { heading }: Place): string {
  const { party, operation, manifests } = change;
  const facts = [
    ...releaseFacts(change, MARKDOWN),
    ...("objects" in manifests && manifests.objects.length === 0
      ? ["the rendered manifests stay the same"]
      : []),
  ];
  const title = `${heading}# ${code(party)}: ${releaseName(change, MARKDOWN)} is ${operation}`;
  return [title, "", ...facts.map((fact) => `- ${fact}`)].join("\n").trimEnd();
}

function releaseValues({ values, party, operation }: ReleaseChange, place: Place): Block[] {
  if (values.length === 0) return [];
  const number = `${count(values.length, "value")} of the chart`;
  const change = values.length === 1 ? "changes" : "change";
  return [
    {
      rank: "values",
      body: folded(operation === "installed" ? number : `${number} ${change}`, [
        [
          ...tableHead(["Value", "Before", "After"]),
          ...values.map(({ path, before, after }) =>
            row([code(path), valueText(before, MARKDOWN), valueText(after, MARKDOWN)]),
          ),
        ].join("\n"),
      ]),
      instead: leftOut(`${number} of ${code(party)}`, place),
    },
  ];
}

function manifestsOf({ manifests, party }: ReleaseChange, place: Place): Block[] {
  if ("unavailable" in manifests || manifests.objects.length === 0) return [];
  const { objects } = manifests;
  const number = count(objects.length, "rendered object");
  return [
    {
      rank: "manifests",
      body: folded(
        `${number} ${objects.length === 1 ? "changes" : "change"}`,
        objects.map((object): Block => objectBlock(object, place)),
      ),
      instead: leftOut(`the diffs of ${number} of ${code(party)}`, place),
    },
  ];
}

function objectBlock({ kind, name, operation, diff }: ObjectChange, place: Place): Block {
  const title = `${kind} ${name}`;
  if (diff.trim() === "") return `${operation} ${code(title)}`;
  return {
    rank: "object",
    body: folded(`${operation} ${htmlCode(title)}`, [fenced("diff", diff)]),
    instead: leftOut(`the diff of ${operation} ${code(title)}`, place),
  };
}

/** Changes of each workload, and all values that change in one table. */
export const workloads: Section = (stack, place) => {
  const { workloads: changes } = stack;
  if (changes.length === 0) return [];
  const rows = changes.map((change) => `- ${workloadText(change, MARKDOWN)}`);
  return [
    `${place.heading} Workloads`,
    list("releases", rows, "more workload", place),
    ...workloadValues(stack, place),
  ];
};

function workloadValues({ workloads: changes }: StackReport, place: Place): Block[] {
  const rows = changes.flatMap(({ name, values }) =>
    values.map(({ path, before, after }) =>
      row([code(name), code(path), valueText(before, MARKDOWN), valueText(after, MARKDOWN)]),
    ),
  );
  if (rows.length === 0) return [];
  const number = `${count(rows.length, "value")} of workloads`;
  return [
    {
      rank: "values",
      body: folded(`${number} ${rows.length === 1 ? "changes" : "change"}`, [
        [...tableHead(["Workload", "Value", "Before", "After"]), ...rows].join("\n"),
      ]),
      instead: leftOut(number, place),
    },
  ];
}
