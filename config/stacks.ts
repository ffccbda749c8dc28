import { z } from "zod";
import { FIRST_USE } from "../enrollment/trust";
import { fingerprintIn, fingerprintProblem } from "../x509";
import { FINGERPRINT, about } from "./about";
import { onlyOne, text } from "./fields";
import { shown } from "./problems";

/** The name of another stack, as every stack on its backend can use it. */
export const stackName = text("name of a stack").regex(/^[^/\s]+\/[^/\s]+\/[^/\s]+$/, {
  error: (issue) =>
    `found ${shown(issue.input)}; write <organization>/<project>/<stack>, or organization/<project>/<stack> on a self-managed backend`,
});

/** The source of what another stack publishes: the stack itself, or a directory with its files. */
export type Source = { readonly stack: string } | { readonly directory: string };

/**
 * Returns a function that returns the source that a section names.
 *
 * @param problem message for a section that names none, or both.
 */
export function sourceOr(problem: string) {
  return (
    {
      stack,
      directory,
    }: { readonly stack?: string | undefined; readonly directory?: string | undefined },
    context: z.RefinementCtx,
  ): Source =>
    onlyOne(problem)<Source>(
      {
        ...(stack !== undefined && { stack: { stack } }),
        ...(directory !== undefined && { directory: { directory } }),
      },
      context,
    );
}

/** A SHA-256 fingerprint, in any notation that tools use. */
export const fingerprint = text("SHA-256 fingerprint").transform((given, context) => {
  const read = fingerprintIn(given);
  if (read !== undefined) return read;
  context.addIssue(
    `found ${shown(given)}, which ${fingerprintProblem(given)}; write a SHA-256 fingerprint, 64 hex digits`,
  );
  return z.NEVER;
});

/** The SHA-256 of an admission that would otherwise be refused, in a section about who signs. */
export const acceptedAdmission = fingerprint
  .optional()
  .meta(
    about(
      "SHA-256 of an admission that is accepted although it goes back (docs/stack-per-organization.md#going-back)",
      FINGERPRINT,
    ),
  );

/** The CAs that a party trusts. */
export const trustedCas = z
  .array(
    text("SHA-256 fingerprint").transform((given, context) => {
      const entry = given === FIRST_USE ? FIRST_USE : fingerprintIn(given);
      if (entry !== undefined) return entry;
      context.addIssue(
        `found ${shown(given)}, which ${fingerprintProblem(given)}; write the SHA-256 fingerprint of a CA certificate, as \`openssl x509 -noout -fingerprint -sha256\` prints it, or ${FIRST_USE}`,
      );
      return z.NEVER;
    }),
  )
  .min(1)
  .transform((entries) => ({
    fingerprints: entries.filter((entry) => entry !== FIRST_USE),
    firstUse: entries.includes(FIRST_USE),
  }));
