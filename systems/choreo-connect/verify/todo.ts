import { REPAIR } from "../../../verify/todo";

/** What to do about a Choreo Connect that is not as the stack made it. */
export const TODO = {
  /** What others take elsewhere, who cannot be asked whether they did. */
  exported:
    "`pulumi up`, then give what `countersign choreo-connect export` writes now to who deploys it.",
  issue: `The stack issues it for what its configuration says. ${REPAIR.objects}`,
  handshake: "A real call with these files fails like this: what fails of either side says why.",
  keys: "Give the stack with --stack, where its passphrase or key service is at hand.",
  token: `The stack makes it, for tokens alone, and tells the adapter. ${REPAIR.objects}`,
  issuer:
    "Put the certificate with which the API Manager signs tokens first in choreoConnect.controlPlane, and `pulumi up`.",
};
