import { readableValue, type Certificate } from "../../../x509";
import type { Validity } from "../model";
import type { Property } from "../value";
import { UNKNOWN, isUnknown, type Maybe } from "../value";
import { saysOf, type Says } from "./reading";

/** A certificate that exists. */
export interface Present {
  readonly certificate: Certificate;
}

/** A certificate that the `up` will issue. */
export interface Coming {
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

export function textsOf(list: unknown): string[] | undefined {
  if (list === undefined) return [];
  const isTexts = Array.isArray(list) && list.every((item) => typeof item === "string");
  return isTexts ? list : undefined;
}

export function hoursOf(hours: Property | undefined): number | undefined {
  return typeof hours === "number" ? hours : undefined;
}
