import { z } from "zod";
import { FIRST_USE, type TrustPolicy } from "../../enrollment/trust";
import { about } from "../../config/about";
import { section } from "../../config/fields";
import { path } from "../../config/paths";
import {
  acceptedAdmission,
  sourceOr,
  stackName,
  trustedCas,
  type Source,
} from "../../config/stacks";

const sourceIn = sourceOr(
  "needs the stack that signs or the directory with its files; write either stack or directory",
);

/** @param ifAbsent what is used without the key, for documentation. */
const keys = (ifAbsent: (key: string) => string | undefined) => ({
  stack: stackName
    .optional()
    .meta(
      about(
        "The stack that signs, on the same backend",
        "organization/countersign/ca",
        ifAbsent("stack"),
      ),
    ),
  directory: path("folder")
    .optional()
    .meta(
      about(
        "The directory with a folder of the signing stack's files for each service, instead of `stack`",
        "enrollments",
        ifAbsent("directory"),
      ),
    ),
});
const trust = (ifAbsent?: string) =>
  about("Fingerprints of the CAs to trust, or `first-use`", [FIRST_USE], ifAbsent);

/** The source of the certificates of all services, and the CAs that they trust. */
export const servicesSignedBy = section({
  ...keys(() => undefined),
  trust: trustedCas.meta(trust()),
}).transform(({ trust: policy, ...source }, context) => ({
  source: sourceIn(source, context),
  trust: policy,
}));

/** The source of a service's certificate. What is missing comes from `servicesSignedBy`. */
export const signedBy = section({
  ...keys((key) => `\`servicesSignedBy.${key}\``),
  trust: trustedCas.optional().meta(trust("`servicesSignedBy.trust`")),
  accept: acceptedAdmission,
}).transform(({ trust: policy, accept, ...source }, context) => ({
  source: (source.stack ?? source.directory) !== undefined ? sourceIn(source, context) : undefined,
  trust: policy,
  accept,
}));

/** Who signs a service's certificate: this stack's authority, or another stack. */
export type Issuance =
  | { readonly kind: "here" }
  | {
      readonly kind: "elsewhere";
      /** Undefined if the configuration does not name it, which `problems` refuses. */
      readonly source: Source | undefined;
      /** The configuration key with the source. */
      readonly sourceKey: string;
      readonly trust: TrustPolicy | undefined;
      readonly accept: string | undefined;
      /** The configuration key with the CAs that it trusts. */
      readonly trustKey: string;
      /** Whether it has the signer and the trust of all services without their own. */
      readonly isShared: boolean;
    };

/** @param all what is configured for all services. */
export function issuanceOf(
  service: string,
  own: z.output<typeof signedBy> | undefined,
  all: z.output<typeof servicesSignedBy> | undefined,
): Issuance {
  if (!own && !all) return { kind: "here" };
  const ownKey = `services.${service}.signedBy`;
  const keyOf = (given: unknown) => (given || !all ? ownKey : "servicesSignedBy");
  return {
    kind: "elsewhere",
    source: own?.source ?? all?.source,
    sourceKey: keyOf(own?.source),
    trust: own?.trust ?? all?.trust,
    accept: own?.accept,
    trustKey: `${keyOf(own?.trust)}.trust`,
    isShared: own?.source === undefined && own?.trust === undefined,
  };
}
