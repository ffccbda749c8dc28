import type { Certificate } from "../../../x509";
import type { Checklist } from "../../../verify/check";
import { TODO } from "./todo";

/** Checks that a certificate is the last one issued: a Secret may be written by hand, or a pod have an older one. */
export function checkIssuedLast(
  list: Checklist,
  leaf: Certificate,
  origin: string,
  issued: { readonly fingerprint: string } | undefined,
): void {
  if (issued === undefined) return;
  const short = (fingerprint: string) => `SHA-256 ${fingerprint.slice(0, 16)}...`;
  list.judge(
    "certificate",
    leaf.fingerprint === issued.fingerprint
      ? []
      : [
          `${origin} has a certificate (${short(leaf.fingerprint)}) that is not the one issued last (${short(issued.fingerprint)}).`,
        ],
    "its certificate is the one that the stack issued last",
    TODO.issue,
  );
}
