import type { Certificate } from "../../../x509";
import type { PartParty } from "./check-part";
import { isLeafOf } from "./leaf-of";
import { peerFiles, type PartView } from "./part-view";

/**
 * The CAs by which a part knows its peers, as PEM.
 *
 * A peer's own certificate in its files is enough to Go, Java and Envoy; OpenSSL, with which Node does it, wants the CA that
 * signed it too. That such a file is short of a CA is said where files are checked.
 *
 * @param peer one of them. @default - all of them
 */
export function peerCas(
  view: PartView,
  cas: readonly Certificate[],
  peer?: Pick<PartParty, "view" | "leaf">,
): string[] {
  const trusted = peerFiles(view, peer?.view.part).flatMap(({ file }) => file?.certificates ?? []);
  const own = peer === undefined ? trusted : trusted.filter((each) => isSame(each, peer.leaf));
  const issuers = cas.filter((ca) => own.some((each) => isLeafOf(each, [ca])));
  return [...new Set([...trusted, ...issuers].map(({ pem }) => pem))];
}

function isSame(one: Certificate, other: Certificate | undefined): boolean {
  return one.fingerprint === other?.fingerprint;
}
