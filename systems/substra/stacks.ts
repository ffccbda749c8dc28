import { z } from "zod";
import { FIRST_USE } from "../../enrollment/trust";
import { FINGERPRINT, about } from "../../config/about";
import { section } from "../../config/fields";
import { path } from "../../config/paths";
import { fingerprint, sourceOr, stackName, trustedCas } from "../../config/stacks";

const sourceIn = sourceOr(
  "needs the consortium's stack or the directory with its files; write either stack or directory",
);

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
  trust: trustedCas.meta(about("Fingerprints of the CAs to trust, or `first-use`", [FIRST_USE])),
  accept: fingerprint
    .optional()
    .meta(
      about(
        "SHA-256 of an admission that is accepted although it goes back (docs/stack-per-organization.md#going-back)",
        FINGERPRINT,
      ),
    ),
}).transform(({ trust: policy, accept, ...source }, context) => ({
  source: sourceIn(source, context),
  trust: policy,
  ...(accept !== undefined && { accept }),
}));

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
