import { z } from "zod";
import { EXACTLY_ONE, FINGERPRINT, about } from "../../config/about";
import { hostNameWithout, refusalsIn, section, subjectText, text } from "../../config/fields";
import {
  USUAL_ALGORITHMS,
  existingKeys,
  keyAlgorithm,
  lifetime,
  lifetimeKeys,
} from "../../config/certificate-fields";
import { path } from "../../config/paths";
import { fingerprint, stackName } from "../../config/stacks";
import type { Terms } from "../../enrollment/requests";

const certificate = section({
  algorithms: z
    .array(keyAlgorithm)
    .min(1)
    .default(USUAL_ALGORITHMS)
    .meta(about("Kinds of keys that are signed", ["ECDSA-P256"])),
  ...lifetimeKeys,
  existing: existingKeys.existing,
})
  .transform(({ algorithms, existing, ...life }, context) => ({
    algorithms,
    ...lifetime(life, refusalsIn(context)),
    ...(existing !== undefined && { existing }),
  }))
  .prefault({});

const dnsName = hostNameWithout(
  ", an IP address; an organization's certificate is for a client, which nobody dials, so only names are granted",
);

/** The location of an organization's request. */
const requestSource = section({
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

const enrollment = section({
  request: requestSource.meta({ ...about("Source of the organization's request"), ...EXACTLY_ONE }),
  commonName: subjectText
    .optional()
    .meta(
      about("CN that it may ask for", "substra.org-2.example", "any plain name that is not a host"),
    ),
  dnsNames: z
    .array(dnsName)
    .default([])
    .meta(about("DNS names that it may ask for", ["substra.org-2.example"])),
  publicKey: fingerprint
    .optional()
    .meta(about("The only key that it may have", FINGERPRINT, "any new key")),
  certificate: certificate.meta(about("The certificates that it gets")),
}).transform(({ request, commonName, dnsNames, publicKey, certificate: issued }) => {
  const { algorithms: keyAlgorithms, ...issuance } = issued;
  return { request, terms: { commonName, dnsNames, publicKey, keyAlgorithms }, ...issuance };
});

/** Organizations of other stacks whose requests this stack's authority signs, by MSP ID. */
export const enrollments = z.record(text("MSP ID"), enrollment);

export type EnrollmentConfig = z.output<typeof enrollment>;

/** Returns what an organization may request: a certificate in its own name. */
export function termsOf(
  mspId: string,
  { terms }: { readonly terms: Partial<EnrollmentConfig["terms"]> },
): Terms {
  const { commonName, publicKey, ...rest } = terms;
  return {
    ...rest,
    organization: mspId,
    ...(commonName !== undefined && { commonName }),
    ...(publicKey !== undefined && { publicKey }),
    source: `enrollments.${mspId}`,
  };
}
