import { REPAIR, type Checklist } from "../../../verify/check";
import { publishedKeysInStore, trustStoreProblems, type StoreShelf } from "../../../verify/stores";
import {
  checkPublishedKeys,
  failPublishedKeys,
  readTrustFile,
  trustProblems,
  type TrustFile,
} from "../../../verify/trust-checks";
import { quoteList, readCertificate, subjectHash, type Certificate } from "../../../x509";
import type { ServiceOutputs } from "../outputs";
import { judgeFiles, storeIn, fileNames, type ServiceView } from "./service-view";

/** CAs that a service finds, and the problems with them. */
interface Trusted {
  /** Undefined if they cannot be read. */
  readonly certificates: readonly Certificate[] | undefined;
  readonly problems: readonly string[];
}

/**
 * Checks the CAs that a service trusts: all generations of the stack's CA, the other CAs of its configuration, and
 * nobody else.
 *
 * @returns the CAs as PEM; undefined if they cannot be read.
 */
export function checkTrust(
  service: ServiceOutputs,
  view: ServiceView,
  list: Checklist,
  shelf: StoreShelf,
): readonly string[] | undefined {
  const { cas, otherCas, files } = service;
  const read = reader(service)(service, view, list, shelf);
  if (read === undefined) return undefined;
  const own =
    cas.length === 1 ? "the stack's CA" : `the ${cas.length} generations of the stack's CA`;
  const others =
    otherCas.length === 0
      ? ""
      : ` and ${quoteList([...new Set(otherCas.map(({ subject }) => subject.text))])}`;
  list.judge(
    "trust-store",
    read.problems,
    `it trusts ${own}${others}, and nobody else (${files.ca.form})`,
    `Peers whose CA it lacks cannot communicate with it, and it accepts everyone whom another CA has signed. ${REPAIR.objects}`,
  );
  return read.certificates?.map(({ pem }) => pem);
}

type Reader = (...args: Parameters<typeof checkTrust>) => Trusted | undefined;

function reader({ files }: ServiceOutputs): Reader {
  if (files.ca.form === "bundle") return inBundle;
  return files.ca.form === "directory" ? inDirectory : inStore;
}

function inBundle(
  { files, cas, otherCas }: ServiceOutputs,
  view: ServiceView,
  list: Checklist,
): Trusted | undefined {
  const name = files.ca.names.bundle ?? "";
  const [file] = judgeFiles(list, view.ca, [name]) ?? [];
  if (file === undefined) return undefined;
  const read = readTrustFile(file, name);
  if (read.unreadable !== undefined)
    return { certificates: undefined, problems: [read.unreadable] };
  checkPublishedKeys(list, read);
  const problems = trustProblems(read.what, read.certificates, [...cas, ...otherCas], NOBODY_ELSE);
  return { certificates: read.certificates, problems };
}

const NOBODY_ELSE = "nobody else";

/** Reads a folder as OpenSSL does, which looks for a CA by the hash of its name and a number, beginning with 0. */
function inDirectory(
  service: ServiceOutputs,
  view: ServiceView,
  list: Checklist,
): Trusted | undefined {
  const { place: where, files: all } = view.ca;
  if (all === undefined) return undefined;
  const names = fileNames(service, view).ca;
  const files = names.flatMap((name) => {
    const file = all.get(name);
    return file === undefined ? [] : [{ name, ...readTrustFile(file, name) }];
  });
  const found = files.flatMap(({ certificates }) => certificates);
  const held: TrustFile = {
    what: `the folder in ${where}`,
    certificates: found,
    unreadable: undefined,
  };
  checkPublishedKeys(list, held);
  const { cas, otherCas } = service;
  const problems = [
    ...files.flatMap(({ unreadable }) => unreadable ?? []),
    ...files.flatMap((file) => misplaced(file, where)),
    ...names
      .filter((name) => !follows(name, names))
      .map(
        (name) => `${where} has ${name}, but not the number before it: OpenSSL stops before it.`,
      ),
    ...trustProblems(held.what, found, [...cas, ...otherCas], NOBODY_ELSE),
  ];
  return { certificates: found.length === 0 ? undefined : found, problems };
}

function misplaced(
  { name, certificates }: TrustFile & { readonly name: string },
  where: string,
): string[] {
  return certificates.flatMap(({ pem, subject }) => {
    const hash = subjectHash(pem);
    if (name.startsWith(`${hash}.`)) return [];
    return [`${where} has ${subject.text} as ${name}, but OpenSSL looks for it as ${hash}.0.`];
  });
}

function follows(name: string, names: readonly string[]): boolean {
  const [hash = "", number] = name.split(".");
  return number === "0" || names.includes(`${hash}.${Number(number) - 1}`);
}

function inStore(
  { files, cas, otherCas }: ServiceOutputs,
  view: ServiceView,
  list: Checklist,
  shelf: StoreShelf,
): Trusted | undefined {
  const store = storeIn(view.ca, files.ca.names, list, shelf);
  if (store === undefined) return undefined;
  failPublishedKeys(list, publishedKeysInStore(store));
  return {
    certificates: store.opened.content?.trusted.map(({ certificatePem }) =>
      readCertificate(certificatePem),
    ),
    problems: trustStoreProblems(store, [...cas, ...otherCas], NOBODY_ELSE),
  };
}
