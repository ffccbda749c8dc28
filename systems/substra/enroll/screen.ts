import { quote } from "../../../x509";
import type { AdmissionFacts, CertificateFacts, NameFacts, RequestFacts } from "./facts";

/** A line of output: a label and its cells. */
export type Row = readonly [label: string, ...cells: string[]];

/** Aligns rows in columns, each as wide as its widest cell. */
export function aligned(rows: readonly Row[], indent = "  "): string[] {
  const columns = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  return rows.map((row) => {
    const cells = row.map((cell, column) => cell.padEnd(widths[column] ?? 0));
    return `${indent}${cells.join("  ")}`.trimEnd();
  });
}

/** Joins a whole list, because a reviewer decides on all of it; unusual texts are quoted and escaped. */
export function listed(texts: readonly string[]): string {
  return texts.map(readable).join(", ") || "none";
}

function readable(text: string): string {
  return /^[A-Za-z0-9._*/:@-]{1,253}$/.test(text) ? text : quote(text);
}

export function requestRows(facts: RequestFacts): Row[] {
  return [
    ["subject", facts.subject],
    ["SANs", listed(namesOf(facts))],
    ["key", facts.keyAlgorithm],
    ["public key", `SHA-256 ${facts.publicKey}`],
    ["fingerprint", `SHA-256 ${facts.fingerprint}`],
  ];
}

/** Returns the rows about an admission. @param trust remark about each CA, by the generation's name. */
export function admissionRows(
  { certificate, authorities, channels, orchestrator }: AdmissionFacts,
  trust: ReadonlyMap<string, string> = new Map(),
): Row[] {
  const { internal, external } = orchestrator;
  const at = ({ host, port }: typeof internal) => `${host}:${port}`;
  return [
    ...certificateRows(certificate),
    ["channels", listed(channels)],
    ["orchestrator", `${at(internal)} in its cluster, ${external ? at(external) : "none"} outside`],
    ["its names", listed([...orchestrator.dnsNames, ...(orchestrator.ipAddresses ?? [])])],
    ["its chart", listed([orchestrator.chart.name, orchestrator.chart.version])],
    ...authorities.flatMap(({ name, state, subject, notAfter, fingerprint }): Row[] => {
      const said = trust.get(name);
      return [
        [`CA ${name}`, `${state}, until ${notAfter}, ${subject}`],
        ["", `SHA-256 ${fingerprint}${said === undefined ? "" : `: ${said}`}`],
      ];
    }),
  ];
}

function certificateRows(facts: CertificateFacts): Row[] {
  return [
    ...requestRows(facts),
    ["issuer", facts.issuer],
    ["valid", `${facts.notBefore} to ${facts.notAfter}`],
  ];
}

function namesOf(facts: NameFacts): string[] {
  const { dnsNames, ipAddresses, uris, emailAddresses, otherNames } = facts;
  return [
    ...dnsNames,
    ...ipAddresses,
    ...uris,
    ...emailAddresses,
    ...(otherNames === 0 ? [] : [`${otherNames} of other kinds`]),
  ];
}
