import { createHash } from "node:crypto";
import { parse, stringify } from "yaml";
import { quote, readCertificate, readCertificates, type Certificate } from "../x509";
import {
  FORMAT,
  consortium,
  readDocument,
  type Admission,
  type ConsortiumDocument,
  type Received,
} from "./documents";
import { signingFirst } from "./trust";

/** The three files of one admission. */
export interface AdmissionFiles<T> {
  /** The organization's certificate. */
  readonly certificate: T;
  /** The CA certificates to trust, the signing one first. */
  readonly trust: T;
  /** Content that is not PEM: the CA's generations, the channels, the orchestrator's endpoints. */
  readonly consortium: T;
}

/** A text and its origin, for messages. */
export interface FileText {
  readonly origin: string;
  readonly text: string;
}

/**
 * Combines the admission of an organization from its files.
 *
 * @returns missing if this version cannot read the files.
 * @throws Error if they contradict each other, or are for another organization.
 */
export function admissionInFiles(
  files: AdmissionFiles<FileText>,
  mspId: string,
): Received<Admission> {
  const certificate = readCertificate(files.certificate.text, files.certificate.origin).pem;
  const trust = readCertificates(files.trust.text, files.trust.origin);
  const document = readConsortium(files.consortium);
  if (document.kind === "missing") return document;
  const { mspId: named, channels, authorities, orchestrator } = document.value;
  if (named !== mspId) {
    throw new Error(`${files.consortium.origin} is for ${quote(named)}, not for ${mspId}`);
  }
  const origins = { trust: files.trust.origin, consortium: files.consortium.origin };
  return {
    kind: "here",
    value: {
      mspId,
      certificate,
      authorities: matchGenerations(authorities, trust, origins),
      channels,
      orchestrator,
    },
  };
}

/**
 * Reads `consortium.yaml`.
 *
 * @throws Error if it is not YAML.
 */
export function readConsortium({ text, origin }: FileText): Received<ConsortiumDocument> {
  return readDocument(consortium, parseYaml(text, origin), origin);
}

/** Returns the CA certificates, by the names that `consortium.yaml` gives them. */
function matchGenerations(
  authorities: ConsortiumDocument["authorities"],
  trust: readonly Certificate[],
  origins: { readonly trust: string; readonly consortium: string },
): Admission["authorities"] {
  const contradiction = (found: string) =>
    new Error(`${origins.trust} ${found}: take all files from one export`);
  const generations = Object.entries(authorities).map(([name, { state, fingerprint }]) => {
    const ca = trust.find((each) => each.fingerprint === fingerprint);
    if (ca !== undefined) return [name, { state, certificate: ca.pem }] as const;
    throw contradiction(
      `has no certificate of generation ${name} (SHA-256 ${quote(fingerprint)}), which ${origins.consortium} names`,
    );
  });
  const named = Object.values(authorities).map(({ fingerprint }) => fingerprint);
  const extra = trust.find(({ fingerprint }) => !named.includes(fingerprint));
  if (extra === undefined) return Object.fromEntries(generations);
  throw contradiction(
    `also has CA ${extra.subject.text} (SHA-256 ${extra.fingerprint}), which ${origins.consortium} does not name`,
  );
}

/**
 * Texts of the files of an admission. The same admission gives the same bytes.
 *
 * @throws PemError if it contains a certificate that cannot be read.
 */
export function textsOfAdmission(admission: Admission): AdmissionFiles<string> {
  const { mspId, certificate, authorities, channels, orchestrator } = admission;
  const generations = signingFirst(authorities).map(([name, { state, certificate: pem }]) => ({
    name,
    state,
    ca: readCertificate(pem, `the certificate of CA generation ${name}`),
  }));
  // Parsing orders the keys as in the schema.
  const document: ConsortiumDocument = consortium.parse({
    format: FORMAT,
    mspId,
    channels,
    authorities: Object.fromEntries(
      generations.map(({ name, state, ca }) => [name, { state, fingerprint: ca.fingerprint }]),
    ),
    orchestrator,
  });
  return {
    certificate: readCertificate(certificate, `the certificate of ${mspId}`).pem,
    trust: generations.map(({ ca }) => ca.pem).join(""),
    consortium: stringify(document),
  };
}

/**
 * SHA-256 of an admission, lower-case hex. It covers the content of its files, however it was sent.
 *
 * @throws PemError if it contains a certificate that cannot be read.
 */
export function digestOfAdmission(admission: Admission): string {
  const { certificate, trust, consortium: document } = textsOfAdmission(admission);
  const texts = JSON.stringify([certificate, trust, document]);
  return createHash("sha256").update(texts).digest("hex");
}

function parseYaml(text: string, path: string): unknown {
  try {
    // The parser's warnings are printed and quote lines, which strangers wrote.
    return parse(text, { logLevel: "error" });
  } catch {
    throw new Error(`${path} is not YAML`);
  }
}
