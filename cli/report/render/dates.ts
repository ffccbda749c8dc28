import { durationOf } from "../../../config/fields";
import type { CertificateChange, Lifetime, Validity } from "../model";
import { isUnknown, type Maybe } from "../value";
import { visible } from "./escape";

const HOUR = 3_600_000;
const NEAR = 72 * HOUR;

/** A moment as its day in UTC, with the time if it is less than three days away. */
export function momentText(moment: string, at: string): string {
  const time = Date.parse(moment);
  if (Number.isNaN(time)) return visible(moment);
  const text = new Date(time).toISOString();
  return Math.abs(time - Date.parse(at)) < NEAR
    ? `${text.slice(0, 10)} ${text.slice(11, 16)}Z`
    : text.slice(0, 10);
}

/** `2026-01-20 → 90d`: the expiry of the current certificate, and the validity of the new one. */
export function validityChange(
  { expires, validity }: CertificateChange,
  at: string,
  arrow: string,
): string {
  const before = expires === undefined ? "none" : momentText(expires, at);
  return `${before} ${arrow} ${validity === undefined ? "none" : validityText(validity, at)}`;
}

function validityText(validity: Validity, at: string): string {
  return "hours" in validity ? durationOf(validity.hours) : momentText(validity.until, at);
}

/** A lifetime on the timeline, in milliseconds. */
export interface Span {
  readonly start: number;
  readonly end: number;
  /** When its renewal begins; undefined if nobody renews it. */
  readonly renewal: number | undefined;
  /** Whether this `up` issues it, so that it begins some time after the report. */
  readonly fresh: boolean;
}

/** The span of a lifetime; undefined if its dates are not known. */
export function spanOf(lifetime: Lifetime, at: string): Span | undefined {
  const { notBefore, notAfter, hours, renewBeforeHours } = lifetime;
  const fresh = hours !== undefined && (isUnknown(notBefore) || isUnknown(notAfter));
  const start = fresh ? Date.parse(at) : timeOf(notBefore);
  const end = fresh ? start + hours * HOUR : timeOf(notAfter);
  if (Number.isNaN(start) || Number.isNaN(end)) return undefined;
  const renewal =
    renewBeforeHours === undefined ? undefined : Math.max(start, end - renewBeforeHours * HOUR);
  return { start, end, renewal, fresh };
}

/** Text of a time in milliseconds. */
export function timeText(time: number, at: string): string {
  return momentText(isoOf(time), at);
}

/** The day in UTC, e.g. `2026-01-05`. */
export function dayOf(time: number): string {
  return isoOf(time).slice(0, 10);
}

function isoOf(time: number): string {
  return new Date(time).toISOString();
}

function timeOf(moment: Maybe<string>): number {
  return isUnknown(moment) ? NaN : Date.parse(moment);
}

/** Orders by the day of expiry. Those that expire on the same day keep their order, whatever the second. */
export function byEnd(one: Span | undefined, other: Span | undefined): number {
  return endDay(one) - endDay(other);
}

function endDay(span: Span | undefined): number {
  return span === undefined ? Number.MAX_SAFE_INTEGER : Math.floor(span.end / 86_400_000);
}
