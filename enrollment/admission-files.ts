import { createHash } from "node:crypto";
import { parse, stringify } from "yaml";
import type { z } from "zod";
import { quote, readCertificate, readCertificates, type Certificate } from "../x509";
import {
  FORMAT,
  readDocument,
  type Admission,
  type AdmissionForm,
  type AdmissionDocument,
  type Received,
} from "./documents";
import { signingFirst } from "./trust";

/** The three files of one admission. */
export interface AdmissionFiles<T> {
  /** The party's certificate. */
  readonly certificate: T;
  /** The CA certificates to trust, the signing one first. */
  readonly trust: T;
  /** Content that is not PEM: the CA's generations, and what the system adds. */
  readonly document: T;
}

/** A text and its origin, for messages. */
export interface FileText {
  readonly origin: string;
  readonly text: string;
}

/**
 * Combines the admission of a party from its files.
 *
 * @returns missing if this version cannot read the files.
 * @throws Error if they contradict each other, or are for another party.
 */
export function admissionInFiles<A extends Admission>(
  files: AdmissionFiles<FileText>,
  party: string,
  form: AdmissionForm<A>,
): Received<A> {
  const certificate = readCertificate(files.certificate.text, files.certificate.origin).pem;
  const trust = readCertificates(files.trust.text, files.trust.origin);
  const document = readAdmissionDocument(files.document, form.document);
  if (document.kind === "missing") return document;
  const named = document.value[form.nameField];
  if (named !== party) {
    throw new Error(`${files.document.origin} is for ${quote(String(named))}, not for ${party}`);
  }
  const origins = { trust: files.trust.origin, document: files.document.origin };
  const authorities = matchGenerations(document.value.authorities, trust, origins);
  const value = form.admission.parse({ ...document.value, certificate, authorities });
  return { kind: "here", value };
}

/**
 * Reads the file of an admission that is not PEM.
 *
 * @throws Error if it is not YAML.
 */
export function readAdmissionDocument<S extends AdmissionForm["document"]>(
  { text, origin }: FileText,
  schema: S,
): Received<z.output<S>> {
  return readDocument(schema, parseYaml(text, origin), origin);
}

/** Returns the CA certificates, by the names that the document gives them. */
function matchGenerations(
  authorities: AdmissionDocument["authorities"],
  trust: readonly Certificate[],
  origins: { readonly trust: string; readonly document: string },
): Admission["authorities"] {
  const contradiction = (found: string) =>
    new Error(`${origins.trust} ${found}: take all files from one export`);
  const generations = Object.entries(authorities).map(([name, { state, fingerprint }]) => {
    const ca = trust.find((each) => each.fingerprint === fingerprint);
    if (ca !== undefined) return [name, { state, certificate: ca.pem }] as const;
    throw contradiction(
      `has no certificate of generation ${name} (SHA-256 ${quote(fingerprint)}), which ${origins.document} names`,
    );
  });
  const named = Object.values(authorities).map(({ fingerprint }) => fingerprint);
  const extra = trust.find(({ fingerprint }) => !named.includes(fingerprint));
  if (extra === undefined) return Object.fromEntries(generations);
  throw contradiction(
    `also has CA ${extra.subject.text} (SHA-256 ${extra.fingerprint}), which ${origins.document} does not name`,
  );
}

/**
 * Texts of the files of an admission. The same admission gives the same bytes.
 *
 * @throws PemError if it contains a certificate that cannot be read.
 */
export function textsOfAdmission(
  admission: Admission,
  { document: schema, nameField }: AdmissionForm,
): AdmissionFiles<string> {
  const generations = signingFirst(admission.authorities).map(
    ([name, { state, certificate: pem }]) => ({
      name,
      state,
      ca: readCertificate(pem, `the certificate of CA generation ${name}`),
    }),
  );
  // Parsing orders the keys as in the schema, and leaves out the certificate.
  const document = schema.parse({
    ...admission,
    format: FORMAT,
    authorities: Object.fromEntries(
      generations.map(({ name, state, ca }) => [name, { state, fingerprint: ca.fingerprint }]),
    ),
  });
  const what = `the certificate of ${String(document[nameField])}`;
  return {
    certificate: readCertificate(admission.certificate, what).pem,
    trust: generations.map(({ ca }) => ca.pem).join(""),
    document: stringify(document),
  };
}

/**
 * SHA-256 of an admission, lower-case hex. It covers the content of its files, however it was sent.
 *
 * @throws PemError if it contains a certificate that cannot be read.
 */
export function digestOfAdmission(admission: Admission, form: AdmissionForm): string {
  const { certificate, trust, document } = textsOfAdmission(admission, form);
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
