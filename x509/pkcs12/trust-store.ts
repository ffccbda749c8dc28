import { X509Certificate } from "node:crypto";

import { readCertificate } from "../certificate";
import { quote } from "../printable";
import { javaAlias } from "./alias";
import { certificateBag } from "./bags";
import { assertStorePassword } from "./password";
import { Pkcs12Error } from "./pkcs12-error";
import { refusePublishedKey } from "./published";
import { saltsFor } from "./salts";
import { encrypted, seal } from "./seal";

/** Trust anchors by alias, as Java reads them (`KeyStore.TrustedCertificateEntry`); their order does not matter. */
export type TrustStoreContent = readonly {
  readonly alias: string;
  readonly certificatePem: string;
}[];

/**
 * Writes a PKCS#12 trust store in the same form and as reproducibly as {@link writeKeyStore}. Its certificates carry
 * Oracle's attribute, without which Java finds no trust anchor. It takes about 20 ms, and 2 ms more for each
 * certificate.
 * @throws Pkcs12Error if the password or an alias cannot be used, an alias occurs twice, there is no certificate, or a
 *   certificate has a published key
 * @throws PemError if a certificate cannot be read
 */
export function writeTrustStore(content: TrustStoreContent, password: string): Buffer {
  assertStorePassword(password);
  if (content.length === 0)
    throw new Pkcs12Error(
      "A trust store without a certificate: Java refuses to start with a trust store that is empty.",
    );
  const byAlias = new Map<string, Buffer>();
  for (const { alias, certificatePem } of content) {
    const name = javaAlias(alias);
    if (byAlias.has(name))
      throw new Pkcs12Error(
        `Two certificates with the alias ${quote(name)}: Java does not tell upper from lower case, and keeps the last.`,
      );
    const certificate = readCertificate(certificatePem, `the certificate ${quote(name)}`);
    refusePublishedKey(certificate);
    byAlias.set(name, new X509Certificate(certificate.pem).raw);
  }
  const entries = [...byAlias].sort(([one], [other]) => (one < other ? -1 : 1));
  const salts = saltsFor("trust store", entries.flat(), password);
  const bags = entries.map(([alias, certificate]) =>
    certificateBag(certificate, { alias, trusted: true }),
  );
  return seal([encrypted(bags, password, salts)], password, salts);
}
