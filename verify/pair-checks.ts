import type { Certificate, PrivateKeyForm } from "../x509";
import type { Checklist } from "./check";
import type { KeyPair } from "./leaf-checks";

/** A deployed certificate, and the one that was issued last. */
interface DeployedLeaf {
  readonly leaf: Certificate;
  readonly origin: string;
  /** Fingerprint of the certificate that was issued last; undefined if it is not known, so that nothing is checked. */
  readonly issued: string | undefined;
  readonly todo: string;
}

/** Checks that a certificate is the last one issued: a Secret may be written by hand, or a pod have an older one. */
export function checkIssued(list: Checklist, { leaf, origin, issued, todo }: DeployedLeaf): void {
  if (issued === undefined) return;
  const short = (fingerprint: string) => `SHA-256 ${fingerprint.slice(0, 16)}...`;
  list.judge(
    "certificate",
    leaf.fingerprint === issued
      ? []
      : [
          `${origin} has a certificate (${short(leaf.fingerprint)}) that is not the one issued last (${short(issued)}).`,
        ],
    "its certificate is the one that the stack issued last",
    todo,
  );
}

/** PEM labels of keys, and descriptions of their forms. */
const FORMS: Readonly<Record<PrivateKeyForm, readonly [label: string, description: string]>> = {
  pkcs8: ["PRIVATE KEY", "unencrypted PKCS#8"],
  pkcs1: ["RSA PRIVATE KEY", "PKCS#1"],
  sec1: ["EC PRIVATE KEY", "SEC1"],
};

/**
 * Finds problems with the form of a key in PEM. The sentences do not quote the key.
 *
 * @param needs who needs the form, with a verb: `the enforcer reads`.
 */
export function keyFormProblems(
  { key, origin }: KeyPair,
  form: PrivateKeyForm,
  needs: string,
): string[] {
  const [wanted, description] = FORMS[form];
  const label = /-----BEGIN ([A-Z0-9 ]+)-----/.exec(key)?.[1];
  if (label === wanted) return [];
  const found = label === undefined ? "not PEM" : `a "${label}" block`;
  return [`the key in ${origin} is ${found}, but ${needs} "${wanted}" (${description}).`];
}
