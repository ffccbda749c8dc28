import { basename, dirname } from "node:path";
import { parse } from "yaml";
import { CannotCheck } from "../../command/failure";
import type { Named, Side } from "../../command/file-exchange";
import {
  readAdmissionDocument,
  type AdmissionFiles,
  type FileText,
} from "../../enrollment/admission-files";
import type { AdmissionDocument } from "../../enrollment/documents";
import { FILES } from "../../enrollment/files";
import {
  DerError,
  PemError,
  readCertificateRequest,
  readCertificates,
  type Certificate,
  type CertificateRequest,
} from "../../x509";
import type { Input } from "./files";

/** A received file, with its kind. */
type Item = { readonly input: Input } & (
  | { readonly kind: "request"; readonly request: CertificateRequest }
  | { readonly kind: "certificate"; readonly certificate: Certificate }
  | { readonly kind: "trust"; readonly fingerprints: readonly string[] }
  | {
      readonly kind: "document";
      readonly side: Side;
      readonly party: string;
      readonly document: AdmissionDocument;
    }
  | { readonly kind: "unknown"; readonly reason: string }
);

/** A received request or admission. */
export type Found = { readonly side: Side } & (
  | {
      readonly kind: "request";
      /** Undefined if nothing tells whose it is. */
      readonly party: string | undefined;
      readonly file: FileText;
      readonly request: CertificateRequest;
    }
  | {
      readonly kind: "admission";
      readonly party: string;
      readonly files: Partial<AdmissionFiles<FileText>>;
    }
);

interface Identified {
  readonly found: readonly Found[];
  /** Files in directories that are not exchanged. */
  readonly leftOut: readonly string[];
}

/** A file of an admission, with the party for which it is. */
interface Owned {
  readonly item: Item;
  readonly side: Side;
  readonly party: string;
}

/**
 * Determines what each file is, and which files belong together.
 *
 * @param all the systems that exchange files, at least one. If none has parties in the stack, the first is taken.
 * @throws CannotCheck if a file that was named is not one that is exchanged, or there are two of a kind.
 */
export function identify(inputs: readonly Input[], all: readonly Side[]): Identified {
  const used = all.filter(({ parties }) => parties.enrolled.size + parties.members.size > 0);
  const sides = used.length > 0 ? used : all.slice(0, 1);
  const [main] = sides;
  if (main === undefined) throw new CannotCheck("no system exchanges files");
  const items = inputs.map((input) => itemOf(input, sides, main));
  const unknown = items.filter((item) => item.kind === "unknown");
  for (const { input, reason } of unknown) {
    if (input.named) throw new CannotCheck(reason);
  }
  const owned = items.flatMap((item) => ownerOf(item, items, sides, main) ?? []);
  const owners = new Map(owned.map((each) => [keyOf(each), each]));
  const found = [
    ...items.flatMap((item) => (item.kind === "request" ? requestIn(item, sides, main) : [])),
    ...[...owners.values()].map(({ side, party }): Found => {
      const own = owned.filter((each) => keyOf(each) === keyOf({ side, party }));
      return { side, kind: "admission", party, files: admissionFiles(party, own, items, side) };
    }),
  ].sort((one, other) => (one.party ?? "").localeCompare(other.party ?? "", "en"));
  const orphans = items.filter(({ kind }) => kind === "trust");
  if (orphans.length > 0 && owners.size === 0) {
    const [{ input } = { input: { origin: "" } }] = orphans;
    throw new CannotCheck(
      `${input.origin} holds CA certificates, but no file tells for which ${main.system.words.party}: give certificate.pem and ${main.system.form.documentFile} with it`,
    );
  }
  return { found, leftOut: unknown.map(({ input }) => input.origin) };
}

const keyOf = ({ side, party }: Pick<Owned, "side" | "party">) =>
  `${side.system.form.nameField} ${party}`;

function requestIn(
  { input, request }: Extract<Item, { kind: "request" }>,
  sides: readonly Side[],
  main: Side,
): Found {
  const named = { subject: request.subject, origin: input.origin };
  const { organizations } = request.subject;
  const side =
    sides.find(({ system, parties }) => isKnown(system.requester(named, parties), parties)) ??
    // Several of its parties may have made it.
    sides.find(({ parties: { enrolled } }) =>
      [...enrolled.values()].some(({ terms }) => organizations.includes(terms.organization)),
    ) ??
    main;
  const isOne = organizations.length === 1;
  const party = isOne ? side.system.requester(named, side.parties) : undefined;
  return { side, kind: "request", party, file: input, request };
}

/** Returns the party for which a certificate or document is. */
function ownerOf(
  item: Item,
  items: readonly Item[],
  sides: readonly Side[],
  main: Side,
): Owned | undefined {
  if (item.kind === "document") return { item, side: item.side, party: item.party };
  if (item.kind !== "certificate") return undefined;
  const [document, another] = items
    .filter((each) => each.kind === "document")
    .filter((each) => placeOf(each) === placeOf(item));
  const near = another === undefined ? document : undefined;
  const named: Named = { subject: item.certificate.subject, origin: item.input.origin };
  const holder = (side: Side) =>
    side.system.holder(named, side.parties, near?.side === side ? near.party : undefined);
  const side = near?.side ?? sides.find((each) => isKnown(holder(each), each.parties)) ?? main;
  const party = holder(side);
  return party === undefined ? undefined : { item, side, party };
}

function isKnown(party: string | undefined, { enrolled, members }: Side["parties"]): boolean {
  return (
    party !== undefined &&
    (members.has(party) ||
      [...enrolled].some(([name, { admittedAs }]) => [name, admittedAs].includes(party)))
  );
}

function admissionFiles(
  party: string,
  owned: readonly Owned[],
  items: readonly Item[],
  { system: { form } }: Side,
): Partial<AdmissionFiles<FileText>> {
  const own = owned.map(({ item }) => item);
  const certificate = only("certificate", "certificate", party, own);
  const document = only("document", basename(form.documentFile, ".yaml"), party, own);
  const trust = trustFor(items, certificate, document);
  return {
    ...(certificate && { certificate: certificate.input }),
    ...(trust && { trust: trust.input }),
    ...(document && { document: document.input }),
  };
}

/** Returns the bundle that the document names, if possible one next to it, otherwise one next to it, otherwise the only one. */
function trustFor(
  items: readonly Item[],
  certificate: Item | undefined,
  document: Item | undefined,
): Item | undefined {
  const all = items.filter((item) => item.kind === "trust");
  const named =
    document?.kind === "document"
      ? Object.values(document.document.authorities).map(({ fingerprint }) => fingerprint)
      : [];
  const places = [certificate, document].flatMap((item) => (item ? [placeOf(item)] : []));
  const near = all.filter((item) => places.includes(placeOf(item)));
  const isNamed = ({ fingerprints }: (typeof all)[number]) =>
    named.some((one) => fingerprints.includes(one));
  return (
    near.find(isNamed) ?? all.find(isNamed) ?? near[0] ?? (all.length === 1 ? all[0] : undefined)
  );
}

function only(
  kind: Item["kind"],
  name: string,
  party: string,
  items: readonly Item[],
): Item | undefined {
  const [first, second] = items.filter((item) => item.kind === kind);
  if (first === undefined || second === undefined) return first;
  throw new CannotCheck(
    `${first.input.origin} and ${second.input.origin} are both the ${name} of ${party}: give one of them`,
  );
}

const placeOf = ({ input }: Item) => dirname(input.origin);

function itemOf(input: Input, sides: readonly Side[], main: Side): Item {
  const { origin, text } = input;
  try {
    if (/^-----BEGIN (NEW )?CERTIFICATE REQUEST-----/m.test(text)) {
      return { kind: "request", input, request: readCertificateRequest(text, origin) };
    }
    if (text.includes("-----BEGIN ")) return certificatesIn(input, main);
  } catch (error) {
    if (error instanceof PemError || error instanceof DerError)
      throw new CannotCheck(error.message);
    throw error;
  }
  const fields = fieldsIn(text);
  const side = sides.find(({ system }) => fields.includes(system.form.nameField));
  if (side === undefined) return { kind: "unknown", input, reason: describeUnknown(input, sides) };
  const { form } = side.system;
  const document = readAdmissionDocument(input, form.document);
  if (document.kind === "missing") throw new CannotCheck(document.reason);
  const party = String(document.value[form.nameField]);
  return { kind: "document", input, side, party, document: document.value };
}

function certificatesIn(input: Input, { system: { words } }: Side): Item {
  const certificates = readCertificates(input.text, input.origin);
  const [certificate, ...more] = certificates;
  // A CA's certificate with the file name of a party's is treated as one, as the stack will treat it.
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
    `${input.origin} holds ${certificates.length} certificates that are not all CAs: give the ${words.party}'s certificate and the CAs in separate files`,
  );
}

/** Returns the names of the fields of a YAML document. */
function fieldsIn(text: string): readonly string[] {
  try {
    const content: unknown = parse(text, { logLevel: "error" });
    return typeof content === "object" && content !== null ? Object.keys(content) : [];
  } catch {
    return [];
  }
}

function describeUnknown({ origin, text }: Input, sides: readonly Side[]): string {
  const binary = text.startsWith("0") && text.includes("\uFFFD");
  const advice = binary
    ? "; if it is DER, convert it with `openssl req -inform DER` or `x509`"
    : "";
  const documents = sides.map(({ system }) => system.form.documentFile).join(" or ");
  return `${origin} is not a file that can be imported: a certificate request, a certificate, CA certificates or ${documents}${advice}`;
}
