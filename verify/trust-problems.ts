import { quoteList, type Certificate } from "../x509";

/** Whether other CAs than the stack's may be trusted, too. */
export type Beyond = "nobody else" | "others too";

/**
 * Compares the trusted CAs with those of the stack.
 *
 * @param what e.g. `the trust store in Secret spinnaker/trust`.
 */
export function trustProblems(
  what: string,
  trusted: readonly Certificate[],
  cas: readonly Certificate[],
  beyond: Beyond,
): string[] {
  if (trusted.length === 0) return [`${what} has no trust anchor, and nobody would be trusted.`];
  const has = (all: readonly Certificate[], one: Certificate) =>
    all.some(({ fingerprint }) => fingerprint === one.fingerprint);
  const missing = cas.filter((ca) => !has(trusted, ca));
  const foreign = beyond === "nobody else" ? trusted.filter((ca) => !has(cas, ca)) : [];
  return [
    ...(missing.length > 0 ? [`${what} lacks the stack's ${describe(missing)}.`] : []),
    ...(foreign.length > 0
      ? [
          `${what} also has ${describe(foreign)}, which is not a CA of the stack: certificates that it signs are accepted.`,
        ]
      : []),
  ];
}

/** Describes CAs by name and fingerprint, because the CAs of a rotation often have the same name. */
function describe(cas: readonly Certificate[]): string {
  const names = cas.map(
    ({ subject, fingerprint }) => `${subject.text} (SHA-256 ${fingerprint.slice(0, 16)}...)`,
  );
  return names.length > 3
    ? `${quoteList(names.slice(0, 3))} and ${names.length - 3} more`
    : quoteList(names);
}
