import type { GatewayFile } from "../../../components/choreo-connect/gateway-files";
import { REPAIR, type Checklist } from "../../../verify/check";
import type { Cluster } from "../../../verify/cluster/api";
import type { PodFile } from "../../../verify/cluster/pods";
import type { StoreShelf } from "../../../verify/stores";
import { checkIssuedBy, type Certificate } from "../../../x509";
import type { ChoreoConnectStack, KeptMaterial } from "../outputs";
import { checkIssued, keyFormProblems, type KeyPair } from "../../../verify/leaf-checks";

/** Parameters that are the same for all checks of one Choreo Connect. */
export interface Surroundings {
  readonly stack: ChoreoConnectStack;
  /** Certificates of all generations of the stack's CA. */
  readonly cas: readonly Certificate[];
  readonly shelf: StoreShelf;
  readonly at: Date;
}

/** Sources besides the stack's public outputs. */
export interface Access {
  /** The cluster; undefined if nothing is in one. */
  readonly cluster: Cluster | undefined;
  /** Keys and passwords that are in no cluster; undefined if they are not available. */
  readonly kept: KeptMaterial | undefined;
}

/** Returns a file as `countersign choreo-connect export` writes it. */
export function plannedFile({ path, content }: GatewayFile): PodFile {
  return { content: Buffer.from(content), origin: `the exported ${path}` };
}

/** Remedies for a Choreo Connect that is not as the stack deployed it. */
export const TODO = {
  /** For files that others put in place elsewhere. It is not known whether they did. */
  exported:
    "Run `pulumi up`, then give what `countersign choreo-connect export` writes now to whoever deploys it.",
  issue: `The stack issues it as configured. ${REPAIR.objects}`,
  handshake:
    "A real call with these files fails in the same way; the failed checks of both sides say why.",
  token: `The stack creates it, only for tokens, and tells the adapter. ${REPAIR.objects}`,
  issuer:
    "Put the certificate with which the API Manager signs tokens first in choreoConnect.controlPlane, and run `pulumi up`.",
};

/** Checks that a certificate is the last one issued: a Secret may be written by hand, or a pod have an older one. */
export function checkIssuedLast(
  list: Checklist,
  leaf: Certificate,
  origin: string,
  issued: { readonly fingerprint: string } | undefined,
): void {
  checkIssued(list, { leaf, origin, issued: issued?.fingerprint, todo: TODO.issue });
}

/** Finds problems with the form of a key for a reader that supports only PKCS#8. */
export function pkcs8Problems(pair: KeyPair, reader: string): string[] {
  return keyFormProblems(pair, "pkcs8", `${reader} reads`);
}

/**
 * Finds a key that cannot sign tokens, which requires RSA (product-microgateway v1.2.0: RS256 in the adapter,
 * SHA256withRSA in the enforcer).
 */
export function rsaProblems(certificate: Certificate, origin: string, signer: string): string[] {
  const { keyAlgorithm } = certificate;
  return keyAlgorithm.startsWith("RSA")
    ? []
    : [`the key in ${origin} is ${keyAlgorithm}, but ${signer} signs tokens only with RSA keys.`];
}

/** Whether one of the CAs signed a certificate that is not a CA itself, regardless of their validity periods. */
export function isLeafOf(certificate: Certificate, cas: readonly Certificate[]): boolean {
  if (certificate.isCa) return false;
  return cas.some((ca) =>
    checkIssuedBy(certificate, ca).every(
      ({ code }) => code !== "unknown-issuer" && code !== "signature",
    ),
  );
}
