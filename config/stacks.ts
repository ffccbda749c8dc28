import { z } from "zod";
import { FIRST_USE } from "../enrollment/trust";
import { fingerprintIn, fingerprintProblem } from "../x509";
import { FINGERPRINT, about } from "./about";
import { section, text } from "./fields";
import { path } from "./paths";
import { shown } from "./problems";

/** The name of another stack, as every stack on its backend can use it. */
const stackName = text("name of a stack").regex(/^[^/\s]+\/[^/\s]+\/[^/\s]+$/, {
  error: (issue) =>
    `found ${shown(issue.input)}; write <organization>/<project>/<stack>, or organization/<project>/<stack> on a self-managed backend`,
});

/** A SHA-256 fingerprint, in any notation that tools use. */
export const fingerprint = text("SHA-256 fingerprint").transform((given, context) => {
  const read = fingerprintIn(given);
  if (read !== undefined) return read;
  context.addIssue(
    `found ${shown(given)}, which ${fingerprintProblem(given)}; write a SHA-256 fingerprint, 64 hex digits`,
  );
  return z.NEVER;
});

const trust = z
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

/** The stack that signs an organization's request, and the CAs that its admission may contain. */
export const signedBy = section({
  stack: stackName
    .optional()
    .meta(
      about("The consortium's stack, on the same backend", "organization/countersign/consortium"),
    ),
  directory: path("folder")
    .optional()
    .meta(
      about(
        "The directory with the consortium's files, instead of `stack`",
        "enrollments/MyOrg2MSP",
      ),
    ),
  trust: trust.meta(about("Fingerprints of the CAs to trust, or `first-use`", [FIRST_USE])),
  accept: fingerprint
    .optional()
    .meta(
      about(
        "SHA-256 of an admission that is accepted although it goes back (docs/stack-per-organization.md#going-back)",
        FINGERPRINT,
      ),
    ),
}).transform(({ stack, directory, trust: policy, accept }, context) => {
  const own = { trust: policy, ...(accept !== undefined && { accept }) };
  if (stack !== undefined && directory === undefined) return { source: { stack }, ...own };
  if (directory !== undefined && stack === undefined) return { source: { directory }, ...own };
  context.addIssue(
    "needs the consortium's stack or the directory with its files; write either stack or directory",
  );
  return z.NEVER;
});

/** The location of an organization's request. */
export const requestSource = section({
  stack: stackName
    .optional()
    .meta(about("The organization's stack, on the same backend", "organization/countersign/org-1")),
  file: path("file")
    .optional()
    .meta(
      about("A file with the request, instead of `stack`", "enrollments/MyOrg2MSP/request.pem"),
    ),
}).transform(({ stack, file }, context) => {
  if (stack !== undefined && file === undefined) return { stack };
  if (file !== undefined && stack === undefined) return { file };
  context.addIssue("needs the organization's stack or a file; write either stack or file");
  return z.NEVER;
});
