import type { Checklist } from "../check";
import type { CheckCode } from "../check-codes";
import { REPAIR } from "../todo";
import type { Outcome } from "./handshake";

/** A name that no server can have (RFC 2606). */
export const STRANGER = "stranger.invalid";

/** Why a server refuses a client that shows nothing. */
export const NO_CERTIFICATE = ["ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE"];

/** Why a client refuses a server whose certificate is for other names. */
export const OTHER_HOST = ["ERR_TLS_CERT_ALTNAME_INVALID"];

/** Why OpenSSL refuses a certificate that no trusted CA signed, depending on what its CA is called. */
export const FOREIGN_CA = [
  "CERT_SIGNATURE_FAILURE",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "SELF_SIGNED_CERT_IN_CHAIN",
];

/** One line for somebody who must be refused, and for the right reason. */
export function expectRefusal(
  list: Checklist,
  code: CheckCode,
  whom: string,
  outcome: Outcome,
  reasons: readonly string[],
): void {
  const todo = `Mutual TLS protects nothing like this. ${REPAIR.values}`;
  if (outcome.accepted) list.fail(code, `${whom} is accepted.`, todo);
  else if (outcome.by === "nobody")
    list.fail(code, `${whom} cannot be tried: ${outcome.reason}.`, REPAIR.objects);
  else if (reasons.includes(outcome.reason))
    list.pass(code, `${whom} is refused (${outcome.reason})`);
  else list.fail(code, `${whom} is refused for another reason: ${outcome.reason}.`, todo);
}
