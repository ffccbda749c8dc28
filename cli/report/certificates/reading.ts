import { readCertificate, readCertificateRequest, type Certificate } from "../../../x509";
import type { Maybe } from "../value";

const read = new Map<string, Certificate | undefined>();

/**
 * Reads a certificate from a state. The same one can occur in several places, and is parsed only once.
 *
 * @returns undefined if the text is not a certificate.
 */
export function certificateIn(pem: unknown): Certificate | undefined {
  if (typeof pem !== "string") return undefined;
  const known = read.get(pem);
  if (known !== undefined || read.has(pem)) return known;
  const certificate = quietly(() => readCertificate(pem));
  read.set(pem, certificate);
  return certificate;
}

/** Content of a certificate that exists or will be issued. */
export interface Says {
  readonly subject: Maybe<string>;
  /** E.g. `DNS:orchestrator.example`; sorted. */
  readonly names: Maybe<readonly string[]>;
  /** E.g. `ECDSA-P256`. */
  readonly keyAlgorithm: Maybe<string>;
  /** SHA-256 of the public key. */
  readonly publicKey: Maybe<string>;
}

export function saysOf(certificate: Certificate): Says {
  return {
    subject: certificate.subject.text,
    names: namesOf(certificate),
    keyAlgorithm: certificate.keyAlgorithm,
    publicKey: certificate.publicKeyFingerprint,
  };
}

/** Content that a request asks for; undefined if the text is not a request. */
export function saysOfRequest(pem: unknown): Says | undefined {
  if (typeof pem !== "string") return undefined;
  const request = quietly(() => readCertificateRequest(pem));
  return (
    request && {
      subject: request.subject.text,
      names: namesOf(request),
      keyAlgorithm: request.keyAlgorithm,
      publicKey: request.publicKeyFingerprint,
    }
  );
}

interface Names {
  readonly dnsNames: readonly string[];
  readonly ipAddresses: readonly string[];
  readonly uris: readonly string[];
  readonly emailAddresses: readonly string[];
}

/** Subject alternative names in one list, with their kinds marked as openssl does. */
export function namesOf({ dnsNames, ipAddresses, uris, emailAddresses }: Names): string[] {
  return [
    ...[...dnsNames].sort().map((name) => `DNS:${name}`),
    ...[...ipAddresses].sort().map((address) => `IP:${address}`),
    ...[...uris].sort().map((uri) => `URI:${uri}`),
    ...[...emailAddresses].sort().map((address) => `email:${address}`),
  ];
}

function quietly<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}
