import {
  readCertificate,
  readCertificateRequest,
  readableValue,
  type Certificate,
  type CertificateRequest,
} from "../../../x509";
import type { Validity } from "../model";
import { UNKNOWN, isUnknown, type Maybe, type Property } from "../value";

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

function saysOf(document: Certificate | CertificateRequest): Says {
  return {
    subject: document.subject.text,
    names: namesOf(document),
    keyAlgorithm: document.keyAlgorithm,
    publicKey: document.publicKeyFingerprint,
  };
}

/** Content that a request asks for; undefined if the text is not a request. */
export function saysOfRequest(pem: unknown): Says | undefined {
  if (typeof pem !== "string") return undefined;
  const request = quietly(() => readCertificateRequest(pem));
  return request && saysOf(request);
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

/** A certificate that exists. */
export interface Present {
  readonly certificate: Certificate;
}

/** A certificate that the `up` will issue. */
interface Coming {
  readonly says: Says;
  /** Hours of its validity; undefined if the plan does not say. */
  readonly hours: number | undefined;
}

export type Side = Present | Coming;

export function isComing(side: Side | undefined): side is Coming {
  return side !== undefined && "says" in side;
}

export function isPresent(side: Side | undefined): side is Present {
  return side !== undefined && "certificate" in side;
}

/** Content of a certificate, whether it exists yet or not. */
export function saysOfSide(side: Side): Says {
  return isComing(side) ? side.says : saysOf(side.certificate);
}

/** Whether the certificates before and after differ, or only one side has one. */
export function hasChanged(before: Present | undefined, after: Side | undefined): boolean {
  if (before === undefined || !isPresent(after)) return true;
  return before.certificate.fingerprint !== after.certificate.fingerprint;
}

/** Whether the certificate after the change was issued earlier, or at the same time with an earlier expiry. */
export function isOlder({ certificate: was }: Present, { certificate: is }: Present): boolean {
  const issued = is.notBefore.getTime() - was.notBefore.getTime();
  return issued < 0 || (issued === 0 && is.notAfter < was.notAfter);
}

/** Validity after the change; undefined if it is unknown, or there will be no certificate. */
export function validityOf(side: Side | undefined): Validity | undefined {
  if (side === undefined) return undefined;
  if (isPresent(side)) return { until: side.certificate.notAfter.toISOString() };
  return side.hours === undefined ? undefined : { hours: side.hours };
}

/** Algorithm as x509/ names it, from the inputs of a key of @pulumi/tls. */
export function algorithmOf({
  algorithm,
  ecdsaCurve,
  rsaBits,
}: Readonly<Record<string, Property>>): Maybe<string> {
  if (algorithm === "ED25519") return "Ed25519";
  if (algorithm === "ECDSA" && typeof ecdsaCurve === "string") return `ECDSA-${ecdsaCurve}`;
  if (algorithm === "RSA" && typeof rsaBits === "number") return `RSA-${rsaBits}`;
  return UNKNOWN;
}

/** Subject as x509/ writes it, from the inputs of a resource of @pulumi/tls, which puts O first. */
export function subjectOf(subject: unknown): Maybe<string> {
  if (typeof subject !== "object" || subject === null || isUnknown(subject)) return UNKNOWN;
  const { commonName, organization } = subject as Record<string, unknown>;
  const parts: string[] = [];
  for (const [name, value] of [
    ["O", organization],
    ["CN", commonName],
  ] as const) {
    if (value === undefined) continue;
    if (typeof value !== "string") return UNKNOWN;
    parts.push(`${name}=${readableValue(value)}`);
  }
  return parts.join(", ");
}

export function hoursOf(hours: Property | undefined): number | undefined {
  return typeof hours === "number" ? hours : undefined;
}
