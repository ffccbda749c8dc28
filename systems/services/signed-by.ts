import type { z } from "zod";
import { FIRST_USE } from "../../enrollment/trust";
import type { TrustPolicy } from "../../enrollment/trust";
import { FINGERPRINT, about } from "../../config/about";
import { section } from "../../config/fields";
import { fingerprint, stackName, trustedCas } from "../../config/stacks";

const stack = stackName.meta(
  about("The stack that signs, on the same backend", "organization/countersign/ca"),
);
const trust = trustedCas.meta(
  about("Fingerprints of the CAs to trust, or `first-use`", [FIRST_USE]),
);

/** The stack that signs the certificates of all services, and the CAs that they trust. */
export const servicesSignedBy = section({ stack, trust });

/** The stack that signs a service's certificate. What is missing comes from `servicesSignedBy`. */
export const signedBy = section({
  stack: stackName
    .optional()
    .meta(
      about(
        "The stack that signs, on the same backend",
        "organization/countersign/ca",
        "`servicesSignedBy.stack`",
      ),
    ),
  trust: trustedCas
    .optional()
    .meta(
      about(
        "Fingerprints of the CAs to trust, or `first-use`",
        [FIRST_USE],
        "`servicesSignedBy.trust`",
      ),
    ),
  accept: fingerprint
    .optional()
    .meta(
      about(
        "SHA-256 of an admission that is accepted although it goes back (docs/stack-per-organization.md#going-back)",
        FINGERPRINT,
      ),
    ),
});

/** Who signs a service's certificate: this stack's authority, or another stack. */
export type Issuance =
  | { readonly kind: "here" }
  | {
      readonly kind: "elsewhere";
      /** Undefined if the configuration does not name it, which `problems` refuses. */
      readonly stack: string | undefined;
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
  return {
    kind: "elsewhere",
    stack: own?.stack ?? all?.stack,
    trust: own?.trust ?? all?.trust,
    accept: own?.accept,
    trustKey: own?.trust || !all ? `services.${service}.signedBy.trust` : "servicesSignedBy.trust",
    isShared: own?.stack === undefined && own?.trust === undefined,
  };
}
