import { posix } from "node:path";
import type { Part } from "../../../components/choreo-connect/party";
import { CONTROL_PLANE_FILES } from "../../../components/choreo-connect/paths";
import type { Checklist } from "../../../verify/check";
import type { PodFile } from "../../../verify/cluster/pods";
import { checkLeaf, pairOfFiles, type KeyPair } from "../../../verify/leaf-checks";
import {
  checkPublishedKeys,
  readTrustFile,
  trustProblems,
  type TrustFile,
} from "../../../verify/trust-checks";
import { coversHost, quoteList, readCertificates, type Certificate } from "../../../x509";
import {
  TODO,
  checkIssuedLast,
  isLeafOf,
  pkcs8Problems,
  rsaProblems,
  type Surroundings,
} from "./surroundings";
import { pathOf, peerFiles, type PartView } from "./read-parts";

/** A part of the gateway with everything that it uses in handshakes. */
export interface PartParty {
  readonly view: PartView;
  readonly list: Checklist;
  /** Its certificate; undefined if it has none that can be read. */
  readonly leaf: Certificate | undefined;
  /** Its certificate and key; undefined if they do not work, or if the key is not available. */
  readonly pair: KeyPair | undefined;
}

/** Checks everything about a part's own certificate and key. */
export function checkPart(
  view: PartView,
  list: Checklist,
  hasKeys: boolean,
  { stack: { gateway, issued }, cas, at }: Surroundings,
): PartParty {
  const { part } = view;
  checkFiles(list, view, hasKeys);
  const certificate = view.files.get(pathOf(view, "certificate"));
  const key = view.files.get(pathOf(view, "key"));
  if (certificate === undefined) return { view, list, leaf: undefined, pair: undefined };
  const pair = key && pairOfFiles(certificate, key);
  const leaf = checkLeaf(list, {
    what: "its certificate",
    certificatePem: certificate.content.toString("utf8"),
    keyPem: pair?.key,
    origin: certificate.origin,
    keyOrigin: pair?.origin ?? certificate.origin,
    roots: cas,
    // Each part is a server for one peer, and a client of another.
    purposes: ["serverAuth", "clientAuth"],
    at,
  });
  if (leaf === undefined) return { view, list, leaf, pair: undefined };
  checkIssuedLast(list, leaf, certificate.origin, issued.parts[part]);
  checkNames(list, leaf, gateway.dnsNames[part], part);
  checkCertificateFile(view, certificate, list, cas);
  if (pair !== undefined && part !== "router") checkForm(list, pair, leaf, view);
  return { view, list, leaf, pair: list.holds("key") ? pair : undefined };
}

/** Checks the CAs that a part trusts for its peers: everyone with a certificate of these CAs is let in. */
export function checkPeerTrust(
  view: PartView,
  list: Checklist,
  { stack: { gateway }, cas }: Surroundings,
): void {
  const files = peerFiles(view);
  const managers = gateway.controlPlane === undefined ? [] : readCertificates(gateway.controlPlane);
  const problems = files.flatMap(({ path, file }) => {
    if (file === undefined) return [];
    if (file.unreadable !== undefined) return [file.unreadable];
    return isOfManager(view.part, path) && managers.length > 0
      ? trustProblems(file.what, file.certificates, managers, "nobody else")
      : problemsOf(file, cas);
  });
  const beside = view.part === "router" || managers.length === 0 ? "" : ", and the API Manager's";
  list.judge(
    "trust-store",
    problems,
    `it trusts the stack's ${cas.length === 1 ? "CA" : `${cas.length} CAs`} for its peers${beside}`,
    `Peers that it does not trust cannot communicate with it. ${view.todo}`,
  );
  checkPublishedKeys(list, ...files.flatMap(({ file }) => file ?? []));
}

function checkFiles(list: Checklist, view: PartView, hasKeys: boolean): void {
  const own = [pathOf(view, "certificate"), ...(hasKeys ? [pathOf(view, "key")] : [])];
  const peers = peerFiles(view);
  const missing = [
    ...own.filter((path) => !view.files.has(path)),
    ...peers.filter(({ file }) => file === undefined).map(({ path }) => path),
  ];
  list.judge(
    "files",
    [
      ...missing.map((path) => `there is no ${path}.`),
      ...(peers.length === 0 ? ["there is no file with CAs for its peers."] : []),
    ],
    `it finds its certificate${hasKeys ? ", its key" : ""} and those of its peers`,
    view.todo,
  );
}

function checkNames(
  list: Checklist,
  leaf: Certificate,
  names: readonly string[],
  part: Part,
): void {
  const missing = names.filter((name) => !coversHost(leaf, name));
  list.judge(
    "names",
    missing.length === 0
      ? []
      : [
          `its certificate is for ${quoteList(leaf.dnsNames)}, but it is called as ${missing.join(", ")}.`,
        ],
    `its certificate is for every name of the ${part}, ${names.join(", ")}`,
    TODO.issue,
  );
}

/** Checks the form of a key: adapter and enforcer read only one form, and also sign tokens with the key. */
function checkForm(list: Checklist, pair: KeyPair, leaf: Certificate, view: PartView): void {
  const reader = `the ${view.part}`;
  list.judge(
    "key-form",
    [...pkcs8Problems(pair, reader), ...rsaProblems(leaf, pair.origin, reader)],
    "its key is RSA, in unencrypted PKCS#8",
    view.todo,
  );
}

/** Checks what follows a part's certificate in its file, which its peers use as a CA file (see certificateFileOf). */
function checkCertificateFile(
  { part, todo }: PartView,
  file: PodFile,
  list: Checklist,
  cas: readonly Certificate[],
): void {
  const [leaf, ...behind] = readTrustFile(file, "its certificate file").certificates;
  if (leaf === undefined) return;
  const needed = generationsBehind(leaf, cas);
  const own = behind.filter((each) => isOneOf(each, cas) && !isOneOf(each, needed));
  const rest = behind.filter((each) => !own.includes(each));
  const problems =
    rest.length === 0
      ? [
          `${file.origin} has its certificate without a CA, but its peers use this file as their CA file: its renewal would lock it out until they have restarted.`,
        ]
      : trustProblems(`its certificate file (${file.origin})`, rest, needed, "nobody else");
  if (part === "enforcer" && own.length > 0) {
    problems.push(
      `${file.origin} has ${own.map(({ subject }) => subject.text).join(", ")} after its certificate, which did not issue it: Java accepts only a chain, so the enforcer does not start.`,
    );
  }
  list.judge(
    "trust-store",
    problems,
    `its certificate file, which its peers use as their CA file, also contains the ${needed.length === 1 ? "CA" : `${needed.length} CAs`} ${part === "enforcer" ? "that issued it" : "of the stack"}`,
    todo,
  );
}

/** Returns the generations that must follow a part's certificate: for the enforcer, only the one that issued it. */
function generationsBehind(leaf: Certificate, cas: readonly Certificate[]): readonly Certificate[] {
  const isEnforcers = leaf.subject.commonNames.includes("enforcer");
  const issuers = cas.filter((ca) => isLeafOf(leaf, [ca]));
  return isEnforcers && issuers.length > 0 ? issuers : cas;
}

function isOneOf({ fingerprint }: Certificate, all: readonly Certificate[]): boolean {
  return all.some((each) => each.fingerprint === fingerprint);
}

function isOfManager(part: Part, path: string): boolean {
  return part !== "router" && posix.basename(path) === CONTROL_PLANE_FILES[part];
}

/** Finds problems with a file. Peers' own certificates are in it, too, and let nobody else in. */
function problemsOf(file: TrustFile, cas: readonly Certificate[]): string[] {
  const leaves = file.certificates.filter((each) => isLeafOf(each, cas));
  const anchors = file.certificates.filter((each) => !leaves.includes(each));
  const [leaf] = leaves;
  if (leaf !== undefined && anchors.length === 0) {
    return [
      `${file.what} contains only ${leaf.subject.text}, and no CA: that peer is locked out when its certificate is renewed.`,
    ];
  }
  const needed = leaf === undefined ? cas : generationsBehind(leaf, cas);
  const others = anchors.filter((each) => isOneOf(each, needed) || !isOneOf(each, cas));
  return trustProblems(file.what, others, needed, "nobody else");
}
