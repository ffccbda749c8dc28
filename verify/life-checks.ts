import type { Certificate } from "../x509";
import type { Checklist } from "./check";

const DAY = 24 * 3600 * 1000;

/**
 * Checks that a certificate is valid now, and warns before its end: by 30 days, or a third of its validity if that is
 * shorter.
 *
 * @param problems known problems with its validity.
 */
export function checkExpiry(
  list: Checklist,
  { what, leaf, at }: { what: string; leaf: Certificate; at: Date },
  problems: readonly string[],
): void {
  const left = leaf.notAfter.getTime() - at.getTime();
  const renew =
    "`pulumi up` renews it and rolls the pods that use it. If an organization has its own stack, update the consortium's stack first, then its own.";
  const until = `${what} is valid until ${day(leaf.notAfter)}`;
  if (problems.length === 0 && left < Math.min(30 * DAY, lifeOf(leaf) / 3)) {
    list.warn("expiry", `${until}, ${days(left)} from now.`, renew);
  } else list.judge("expiry", problems, `${until} (${days(left)})`, renew);
}

/**
 * Checks that a CA is valid and that a certificate does not outlive it, and warns if the next certificate of the same
 * length would.
 *
 * @param problems known problems.
 */
export function checkCaLife(
  list: Checklist,
  leaf: Certificate,
  roots: readonly Certificate[],
  problems: readonly string[],
): void {
  const issuer = roots.find(
    ({ subject, subjectKeyId }) =>
      subject.der === leaf.issuer.der && subjectKeyId === leaf.authorityKeyId,
  );
  const todo =
    "Nothing renews a CA: add a generation to authority.generations and let it sign; keep the old one trusted until all certificates are renewed.";
  const name = issuer === undefined ? "its CA" : `its CA (valid until ${day(issuer.notAfter)})`;
  const margin = issuer && issuer.notAfter.getTime() - leaf.notAfter.getTime();
  if (problems.length === 0 && margin !== undefined && margin < lifeOf(leaf)) {
    list.warn("ca-life", `the next certificate of the same length would outlive ${name}.`, todo);
  } else list.judge("ca-life", problems, `${name} outlives it`, todo);
}

function lifeOf({ notBefore, notAfter }: Certificate): number {
  return notAfter.getTime() - notBefore.getTime();
}

function day(date: Date): string {
  return date.toISOString().slice(0, 10);
}

function days(milliseconds: number): string {
  const count = Math.floor(milliseconds / DAY);
  return count === 1 ? "1 day" : `${count} days`;
}
