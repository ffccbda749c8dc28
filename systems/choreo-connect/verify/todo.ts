import { REPAIR } from "../../../verify/todo";

/** Remedies for a Choreo Connect that is not as the stack deployed it. */
export const TODO = {
  /** For files that others put in place elsewhere. It is not known whether they did. */
  exported:
    "Run `pulumi up`, then give what `countersign choreo-connect export` writes now to whoever deploys it.",
  issue: `The stack issues it as configured. ${REPAIR.objects}`,
  handshake:
    "A real call with these files fails in the same way; the failed checks of both sides say why.",
  keys: "Name the stack with --stack, where its passphrase or key service is available.",
  token: `The stack creates it, only for tokens, and tells the adapter. ${REPAIR.objects}`,
  issuer:
    "Put the certificate with which the API Manager signs tokens first in choreoConnect.controlPlane, and run `pulumi up`.",
};
