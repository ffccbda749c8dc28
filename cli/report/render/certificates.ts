import type { CertificateChange, NameChanges } from "../model";
import { isUnknown } from "../value";
import { validityChange } from "./dates";
import { code, htmlCode, row } from "./escape";
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
import { certificateTitles, changeText, namesInOrder, NOT_KNOWN, reasonText } from "./words";

/** Most names in a table cell. */
const SHOWN_NAMES = 6;

const TITLES = [
  "Certificate",
  "What",
  "Why",
  "Expires → new",
  "Names",
  "Subject",
  "Key",
  "Issuer",
] as const;

/** The certificates that change, and the names for which the table has no room. */
export const certificates: Section = ({ certificates: changes }, place) => {
  if (changes.length === 0) return [];
  const titleOf = certificateTitles(changes, MARKDOWN);
  const rows = changes.map((change) => row([titleOf(change), ...cellsOf(change, place)]));
  return [
    `${place.heading} Certificates`,
    list("certificates", rows, "more certificate", place, { head: tableHead(TITLES) }),
    ...changes.flatMap((change) => allNames(change, place)),
  ];
};

function cellsOf(change: CertificateChange, { at }: Place): string[] {
  const { operation, subject, names, reasons } = change;
  return [
    operation,
    reasons.map((reason) => reasonText(reason, MARKDOWN)).join(";<br>"),
    validityChange(change, at, MARKDOWN.arrow),
    isUnknown(names) ? NOT_KNOWN : namesCell(names, operation),
    isUnknown(subject) ? NOT_KNOWN : code(subject),
    changeText(change.key, MARKDOWN),
    changeText(change.issuer, MARKDOWN),
  ];
}

function namesCell(names: NameChanges, operation: CertificateChange["operation"]): string {
  const marked = markedNames(names, operation);
  if (marked.length === 0) return "none";
  if (marked.length <= SHOWN_NAMES) return marked.join("<br>");
  const shown = marked.slice(0, SHOWN_NAMES - 1);
  return [...shown, `${marked.length - shown.length} more below`].join("<br>");
}

/** Names that change come first. If all are new or withdrawn, marks would say nothing. */
function markedNames(names: NameChanges, operation: CertificateChange["operation"]): string[] {
  const whole = operation === "issued" || operation === "withdrawn";
  return namesInOrder(names).map(([name, change]) => {
    if (whole || change === "kept") return code(name);
    return change === "added" ? `**+** ${code(name)}` : `**−** ~~${code(name)}~~`;
  });
}

function allNames({ owner, names, operation }: CertificateChange, place: Place): Block[] {
  if (isUnknown(names)) return [];
  const marked = markedNames(names, operation);
  if (marked.length <= SHOWN_NAMES) return [];
  return [
    {
      rank: "names",
      body: folded(`All ${marked.length} names of ${htmlCode(owner)}`, [
        marked.map((name) => `- ${name}`).join("\n"),
      ]),
      instead: leftOut(`${marked.length} names of ${code(owner)}`, place),
    },
  ];
}
