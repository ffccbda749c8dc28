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

/** A part of the gateway as it is found, with what it has for its handshakes. */
export interface PartParty {
  readonly view: PartView;
  readonly list: Checklist;
  /** Undefined if it has none that can be read. */
  readonly leaf: Certificate | undefined;
  /** Undefined if it has none that works, or its key is not here. */
  readonly pair: KeyPair | undefined;
}

/** Checks all of a part's own pair. */
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
    // Each of them is a server to one peer, and a client to another.
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
      ...(peers.length === 0 ? ["there is no file by which it would know its peers."] : []),
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
          `its certificate is for ${quoteList(leaf.dnsNames)}, and it is dialled as ${missing.join(", ")}.`,
        ],
    `its certificate is for every name of the ${part}, ${names.join(", ")}`,
    TODO.issue,
  );
}

/** Adapter and enforcer read one form, and sign tokens with the key besides. */
function checkForm(list: Checklist, pair: KeyPair, leaf: Certificate, view: PartView): void {
  const reader = `the ${view.part}`;
  list.judge(
    "key-form",
    [...pkcs8Problems(pair, reader), ...rsaProblems(leaf, pair.origin, reader)],
    "its key is RSA, in unencrypted PKCS#8",
    view.todo,
  );
}
