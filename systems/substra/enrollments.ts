import { z } from "zod";
import { KEY_ALGORITHMS } from "../../x509";
import {
  existingCertificate,
  hostNameWithout,
  keyAlgorithm,
  lifetime,
  lifetimeKeys,
  refusalsIn,
  section,
  subjectText,
} from "../../config/fields";
import { fingerprint, requestSource } from "../../config/stacks";

/** As a grant's default: every consumer of Substra reads them. */
const USUAL_ALGORITHMS = KEY_ALGORITHMS.filter((algorithm) => algorithm !== "Ed25519");

const certificate = section({
  /** Kinds of key that are signed. */
  algorithms: z.array(keyAlgorithm).min(1).default(USUAL_ALGORITHMS),
  ...lifetimeKeys,
  /** A certificate that the organization has already; it counts until it is time to renew it. */
  existing: existingCertificate.optional(),
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

const enrollment = section({
  request: requestSource,
  commonName: subjectText.optional(),
  dnsNames: z.array(dnsName).default([]),
  publicKey: fingerprint.optional(),
  certificate,
}).transform(({ request, commonName, dnsNames, publicKey, certificate: issued }) => {
  const { algorithms: keyAlgorithms, ...issuance } = issued;
  return { request, terms: { commonName, dnsNames, publicKey, keyAlgorithms }, ...issuance };
});

/** Organizations of other stacks whose requests this stack's authority signs, by MSP ID. */
export const enrollments = z.record(z.string(), enrollment);

export type EnrollmentConfig = z.output<typeof enrollment>;
