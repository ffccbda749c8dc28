import { count } from "../../../verify/print";
import type { ReleaseChange, StackReport } from "../model";
import { plain, visible, visibleLines } from "./escape";
import { TEXT, wrapped } from "./text-style";
import { chartText, redrawText, releaseName, rollsText, valueText } from "./words";

/** Changes of each release, one block each. */
export function releaseLines({ releases }: StackReport): string[][] {
  return releases.map((release) => [
    `Release ${visible(release.party)}: ${releaseName(release, TEXT)} is ${release.operation}`,
    ...factsOf(release).flatMap((fact) => wrapped(fact, "  - ", "    ")),
    ...valuesOf(release),
    ...manifestsOf(release),
  ]);
}

function factsOf(release: ReleaseChange): string[] {
  const { operation, why, redraws, manifests } = release;
  const chart = chartText(release.chart, TEXT);
  return [
    ...(chart === "" ? [] : [`chart: ${chart}`]),
    ...(operation === "upgraded" || operation === "replaced" ? [rollsText(release, TEXT)] : []),
    ...redraws.map((each) => redrawText(each, TEXT)),
    ...(why.length === 0 ? [] : [`why: ${why.map(plain).join("; ")}`]),
    ...("unavailable" in manifests
      ? [`its manifests are not known: ${plain(manifests.unavailable)}`]
      : manifests.notes.map(plain)),
  ];
}

function valuesOf({ values }: ReleaseChange): string[] {
  if (values.length === 0) return [];
  return [
    `  ${count(values.length, "value")} of the chart:`,
    ...values.flatMap(({ path, before, after }) =>
      wrapped(
        `${visible(path)}: ${valueText(before, TEXT)} ${TEXT.arrow} ${valueText(after, TEXT)}`,
        "    ",
        "      ",
      ),
    ),
  ];
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
