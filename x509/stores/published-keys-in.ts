import { createPrivateKey } from "node:crypto";

import { readCertificate, readCertificates, type Certificate } from "../certificate";
import { publishedKeyProblem } from "../published-keys";
import type { StoreContent } from "./content";

/**
 * Describes the published keys in a store that was read. Reading refuses none of them, so that deployed stores can be
 * examined.
 * @returns continuations of a sentence that begins with the store, without repetitions: `holds CN=localhost, which has
 *   the key that …`
 */
export function publishedKeysIn({ keys, trusted, others }: StoreContent): string[] {
  const ofKeys = keys.flatMap(({ privateKeyPem, chainPem }) => {
    const problem = publishedKeyProblem(createPrivateKey(privateKeyPem));
    const chain = chainPem === "" ? [] : readCertificates(chainPem);
    return [...(problem === undefined ? [] : [`holds a key that ${problem}`]), ...inAll(chain)];
  });
  const certificates = [...trusted, ...others].map(({ certificatePem }) =>
    readCertificate(certificatePem),
  );
  return [...new Set([...ofKeys, ...inAll(certificates)])];
}

function inAll(certificates: readonly Certificate[]): string[] {
  return certificates.flatMap((certificate) => {
    const problem = publishedKeyProblem(certificate);
    return problem === undefined ? [] : [`holds ${certificate.subject.text}, which ${problem}`];
  });
}
