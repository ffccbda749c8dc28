import { createPrivateKey } from "node:crypto";

import { readCertificate, readCertificates, type Certificate } from "../certificate";
import { publishedKeyProblem } from "../published-keys";
import type { Pkcs12Content } from "./content";
import { Pkcs12Error } from "./pkcs12-error";

/**
 * Refuses to write a certificate whose private key everybody has, in a key store as in a trust store.
 * @throws Pkcs12Error
 */
export function refusePublishedKey(certificate: Certificate): void {
  const problem = publishedKeyProblem(certificate);
  if (problem === undefined) return;
  throw new Pkcs12Error(
    `The certificate of ${certificate.subject.text} ${problem}. Use a key that was made for you alone.`,
  );
}

/**
 * What is wrong with a store that was read, where keys in it are published. Reading refuses none of them, so that what is
 * deployed can be looked at.
 * @returns what follows a name of the store, each once: `holds CN=localhost, which has the key that …`
 */
export function publishedKeysIn({ keys, trusted, others }: Pkcs12Content): string[] {
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
