import type { Certificate } from "../../../x509";
import type { PartParty } from "./check-part";
import { isLeafOf } from "./leaf-of";
import { peerFiles, type PartView } from "./part-view";

/**
 * Returns the CAs that a part trusts for its peers, as PEM.
 *
 * For Go, Java and Envoy, a peer's own certificate in the files is enough. OpenSSL, which Node uses, also needs the CA
 * that signed it. A missing CA is reported where files are checked.
 *
 * @param peer one of the peers. @default - all of them
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
