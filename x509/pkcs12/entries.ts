import type { X509Certificate } from "node:crypto";

import { toPem } from "../pem";
import type { CertificateEntry, KeyEntry, Pkcs12Content } from "./content";
import type { FoundCertificate, FoundKey } from "./read-bag";

/** Combines keys and certificates into entries. */
export function arrange(found: readonly (FoundKey | FoundCertificate)[]): Pkcs12Content {
  const keys = found.filter((entry) => "key" in entry);
  const certificates = found.filter((entry) => "certificate" in entry);
  const chains = new Map(keys.map((key) => [key, chainOf(key, certificates)]));
  const inChains = new Set([...chains.values()].flat());
  return {
    keys: [...chains].map(([key, chain]) => toKeyEntry(key, chain)),
    trusted: certificates.filter(({ trusted }) => trusted).map(toCertificateEntry),
    others: certificates
      .filter((entry) => !entry.trusted && !inChains.has(entry))
      .map(toCertificateEntry),
  };
}

function chainOf(key: FoundKey, certificates: readonly FoundCertificate[]): FoundCertificate[] {
  const chain: FoundCertificate[] = [];
  let next = ownCertificate(key, certificates);
  while (next !== undefined && !chain.includes(next)) {
    chain.push(next);
    const current: X509Certificate = next.certificate;
    // A root is its own issuer.
    if (current.subject === current.issuer) break;
    next = certificates.find(({ certificate }) => current.checkIssued(certificate));
  }
  return chain;
}

/** Finds the certificate with the key's ID, or the one with its public key, as some writers omit the ID. */
function ownCertificate(
  { key, localKeyId }: FoundKey,
  certificates: readonly FoundCertificate[],
): FoundCertificate | undefined {
  const linked = certificates.find(
    (entry) => localKeyId !== undefined && entry.localKeyId === localKeyId,
  );
  return linked ?? certificates.find(({ certificate }) => certificate.checkPrivateKey(key));
}

function toKeyEntry({ alias, key }: FoundKey, chain: readonly FoundCertificate[]): KeyEntry {
  return {
    ...(alias !== undefined && { alias }),
    privateKeyPem: key.export({ type: "pkcs8", format: "pem" }).toString(),
    chainPem: chain.map(({ certificate }) => toPem("CERTIFICATE", certificate.raw)).join(""),
  };
}

function toCertificateEntry({ alias, certificate }: FoundCertificate): CertificateEntry {
  return {
    ...(alias !== undefined && { alias }),
    certificatePem: toPem("CERTIFICATE", certificate.raw),
  };
}
