import { basename, dirname } from "node:path";
import { parse } from "yaml";
import {
  readAdmissionDocument,
  type AdmissionFiles,
  type FileText,
} from "../../../enrollment/admission-files";
import { FILES } from "../../../enrollment/files";
import {
  DerError,
  PemError,
  readCertificateRequest,
  readCertificates,
  type Certificate,
  type CertificateRequest,
} from "../../../x509";
import { CannotCheck } from "../../../command/failure";
import { ADMISSION_FORM, type ConsortiumDocument } from "../admission";
import type { Input } from "./files";

/** A received file, with its kind. */
type Item = { readonly input: Input } & (
  | { readonly kind: "request"; readonly request: CertificateRequest }
  | { readonly kind: "certificate"; readonly certificate: Certificate }
  | { readonly kind: "trust"; readonly fingerprints: readonly string[] }
  | { readonly kind: "consortium"; readonly document: ConsortiumDocument }
  | { readonly kind: "unknown"; readonly reason: string }
);

/** A received request or admission. */
export type Found =
  | {
      readonly kind: "request";
      /** Organization (O) of its subject; undefined if it has none, or several. */
      readonly mspId: string | undefined;
      readonly file: FileText;
      readonly request: CertificateRequest;
    }
  | {
      readonly kind: "admission";
      readonly mspId: string;
      readonly files: Partial<AdmissionFiles<FileText>>;
    };

interface Identified {
  readonly found: readonly Found[];
  /** Files in directories that are not exchanged. */
  readonly leftOut: readonly string[];
}

/**
 * Determines what each file is, and which files belong together.
 *
 * @throws CannotCheck if a file that was named is not one that is exchanged, or there are two of a kind.
 */
export function identify(inputs: readonly Input[]): Identified {
  const items = inputs.map(itemOf);
  const unknown = items.filter((item) => item.kind === "unknown");
  for (const { input, reason } of unknown) {
    if (input.named) throw new CannotCheck(reason);
  }
  const requests = items.filter((item) => item.kind === "request");
  const mspIds = new Set(items.flatMap((item) => ownerOf(item) ?? []));
  const found = [
    ...requests.map(({ input, request }): Found => {
      const [mspId, ...more] = request.subject.organizations;
      return { kind: "request", mspId: more.length > 0 ? undefined : mspId, file: input, request };
    }),
    ...[...mspIds].map((mspId): Found => ({
      kind: "admission",
      mspId,
      files: admissionFiles(mspId, items),
    })),
  ].sort((one, other) => (one.mspId ?? "").localeCompare(other.mspId ?? "", "en"));
  const orphans = items.filter(({ kind }) => kind === "trust");
  if (orphans.length > 0 && mspIds.size === 0) {
    const [{ input } = { input: { origin: "" } }] = orphans;
    throw new CannotCheck(
      `${input.origin} holds CA certificates, but no file tells for which organization: give certificate.pem and consortium.yaml with it`,
    );
  }
  return { found, leftOut: unknown.map(({ input }) => input.origin) };
}

/** Returns the organization for which a certificate or consortium.yaml is. */
function ownerOf(item: Item): string | undefined {
  if (item.kind === "consortium") return item.document.mspId;
  return item.kind === "certificate" ? item.certificate.subject.organizations[0] : undefined;
}

function admissionFiles(mspId: string, items: readonly Item[]): Partial<AdmissionFiles<FileText>> {
  const own = items.filter((item) => ownerOf(item) === mspId);
  const certificate = only("certificate", mspId, own);
  const consortium = only("consortium", mspId, own);
  const trust = trustFor(items, certificate, consortium);
  return {
    ...(certificate && { certificate: certificate.input }),
    ...(trust && { trust: trust.input }),
    ...(consortium && { document: consortium.input }),
  };
}

/** Returns the bundle that consortium.yaml names, otherwise one next to it, otherwise the only one. */
function trustFor(
  items: readonly Item[],
  certificate: Item | undefined,
  consortium: Item | undefined,
): Item | undefined {
  const all = items.filter((item) => item.kind === "trust");
  const named =
    consortium?.kind === "consortium"
      ? Object.values(consortium.document.authorities).map(({ fingerprint }) => fingerprint)
      : [];
  const near = [certificate, consortium].flatMap((item) => (item ? [placeOf(item)] : []));
  return (
    all.find(({ fingerprints }) => named.some((one) => fingerprints.includes(one))) ??
    all.find((item) => near.includes(placeOf(item))) ??
    (all.length === 1 ? all[0] : undefined)
  );
}

function only(kind: Item["kind"], mspId: string, items: readonly Item[]): Item | undefined {
  const [first, second] = items.filter((item) => item.kind === kind);
  if (first === undefined || second === undefined) return first;
  throw new CannotCheck(
    `${first.input.origin} and ${second.input.origin} are both the ${kind} of ${mspId}: give one of them`,
  );
}

const placeOf = ({ input }: Item) => dirname(input.origin);

function itemOf(input: Input): Item {
  const { origin, text } = input;
  try {
    if (/^-----BEGIN (NEW )?CERTIFICATE REQUEST-----/m.test(text)) {
      return { kind: "request", input, request: readCertificateRequest(text, origin) };
    }
    if (text.includes("-----BEGIN ")) return certificatesIn(input);
  } catch (error) {
    if (error instanceof PemError || error instanceof DerError)
      throw new CannotCheck(error.message);
    throw error;
  }
  if (!isConsortium(text)) return { kind: "unknown", input, reason: describeUnknown(input) };
  const document = readAdmissionDocument(input, ADMISSION_FORM.document);
  if (document.kind === "missing") throw new CannotCheck(document.reason);
  return { kind: "consortium", input, document: document.value };
}

function certificatesIn(input: Input): Item {
  const certificates = readCertificates(input.text, input.origin);
  const [certificate, ...more] = certificates;
  // A CA's certificate with the file name of an organization's is treated as one, as the stack will treat it.
  const isNamedSo = basename(input.origin) === FILES.certificate && more.length === 0;
  if (!isNamedSo && certificates.every(({ isCa }) => isCa)) {
    return {
      kind: "trust",
      input,
      fingerprints: certificates.map(({ fingerprint }) => fingerprint),
    };
  }
  if (certificate !== undefined && more.length === 0) {
    if (certificate.subject.organizations.length === 1) {
      return { kind: "certificate", input, certificate };
    }
    const reason = `${input.origin} is a certificate, but does not name exactly one organization (O): ${certificate.subject.text}`;
    return { kind: "unknown", input, reason };
  }
  throw new CannotCheck(
    `${input.origin} holds ${certificates.length} certificates that are not all CAs: give the organization's certificate and the CAs in separate files`,
  );
}

function isConsortium(text: string): boolean {
  try {
    const content: unknown = parse(text, { logLevel: "error" });
    return typeof content === "object" && content !== null && "mspId" in content;
  } catch {
    return false;
  }
}

function describeUnknown({ origin, text }: Input): string {
  const binary = text.startsWith("0") && text.includes("\uFFFD");
  const advice = binary
    ? "; if it is DER, convert it with `openssl req -inform DER` or `x509`"
    : "";
  return `${origin} is not a file that can be imported: a certificate request, a certificate, CA certificates or consortium.yaml${advice}`;
}
