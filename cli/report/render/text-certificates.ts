import type { CertificateChange, StackReport } from "../model";
import { isUnknown } from "../value";
import { validityChange } from "./dates";
import { plain, visible } from "./escape";
import { labelled, TEXT } from "./text-style";
import { certificateTitles, changeText, namesInOrder, NOT_KNOWN, reasonText } from "./words";

/** The certificates that change, with all details. */
export function certificateLines({ certificates }: StackReport, at: string): string[] {
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
