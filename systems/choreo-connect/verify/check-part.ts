import type { Part } from "../../../components/choreo-connect/party";
import { coversHost, quoteList, type Certificate } from "../../../x509";
import type { Checklist } from "../../../verify/check";
import { pairOfFiles, type KeyPair } from "../../../verify/key-pair";
import { checkLeaf } from "../../../verify/leaf-checks";
import { checkCertificateFile } from "./check-certificate-file";
import { checkIssuedLast } from "./check-issued-last";
import { pkcs8Problems, rsaProblems } from "./key-form";
import { pathOf, peerFiles, type PartView } from "./part-view";
import type { Surroundings } from "./surroundings";
import { TODO } from "./todo";

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
