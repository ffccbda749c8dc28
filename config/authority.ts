import { z } from "zod";
import {
  keyMatchesCertificate,
  pathAbove,
  readCertificate,
  readCertificates,
  readPrivateKey,
  type Certificate,
} from "../x509";
import { PEM, SECRET, about } from "./about";
import { duration, section, subjectText } from "./fields";
import { keyAlgorithm, pem, pemMessage, refusePublished } from "./certificate-fields";

const subject = section({
  commonName: subjectText.meta(about("Common name (CN)", "Consortium CA")),
  organization: subjectText.optional().meta(about("Organization (O)", "Consortium")),
});

const generation = section({
  state: z
    .enum(["trusted", "signing"])
    .meta(
      about(
        "`signing` for exactly one generation, which issues certificates; `trusted` for the others",
        "signing",
      ),
    ),
  algorithm: keyAlgorithm
    .optional()
    .meta(about("Algorithm of a CA that this stack creates", "ECDSA-P384", "`ECDSA-P256`")),
  validity: duration
    .optional()
    .meta(about("Lifetime of a CA that this stack creates", "5y", "`10y`")),
  certificate: pem
    .optional()
    .meta(about("An existing CA, instead of one that this stack creates", PEM)),
  chain: pem
    .optional()
    .meta(about("The CAs above it, up to the root (docs/certificates.md#a-ca-below-another)", PEM)),
  key: pem.optional().meta(about("Private key of an existing CA, which is needed to sign", SECRET)),
}).transform((given, context) => {
  const refuse = (path: string, message: string) => {
    context.addIssue({ code: "custom", path: [path], message });
    return z.NEVER;
  };
  const { state, certificate, chain, key } = given;
  if (certificate === undefined) {
    if (key !== undefined) return refuse("key", "is given without the certificate it belongs to");
    if (chain !== undefined)
      return refuse("chain", "is given without the certificate of the CA below it");
    return {
      kind: "created" as const,
      state,
      algorithm: given.algorithm ?? "ECDSA-P256",
      validityHours: given.validity ?? 10 * 365 * 24,
    };
  }
  for (const path of ["algorithm", "validity"] as const) {
    if (given[path] !== undefined) {
      refuse(path, "is determined by the given certificate; remove one of the two");
    }
  }
  let read: Certificate;
  try {
    read = readCertificate(certificate);
    refusePublished(read);
  } catch (error) {
    const hint = holdsSeveral(certificate)
      ? " The CAs above it belong in `chain`, next to `certificate`."
      : "";
    return refuse("certificate", pemMessage(error) + hint);
  }
  const above = chainAbove(read, chain, refuse);
  const existing = { kind: "existing" as const, state, certificate, ...above };
  if (key === undefined) {
    return state === "trusted"
      ? existing
      : refuse("key", "is missing: a signing generation needs the CA's private key, as a secret");
  }
  try {
    readPrivateKey(key, "the CA key");
    if (!keyMatchesCertificate(key, certificate)) {
      refuse("key", `does not belong to the certificate of ${read.subject.text}`);
    }
  } catch (error) {
    return refuse("key", pemMessage(error));
  }
  return { ...existing, key };
});

function holdsSeveral(pem: string): boolean {
  try {
    return readCertificates(pem).length > 1;
  } catch {
    return false;
  }
}

/** Returns the CAs above an existing CA, from its issuer to the root; nothing for a root. */
function chainAbove(
  ca: Certificate,
  chain: string | undefined,
  refuse: (path: string, message: string) => void,
): { readonly chain?: readonly string[] } {
  let given: Certificate[];
  try {
    given = chain === undefined ? [] : readCertificates(chain, "the chain");
    for (const each of given) refusePublished(each);
  } catch (error) {
    refuse("chain", pemMessage(error));
    return {};
  }
  const { path, findings } = pathAbove(ca, given);
  for (const { message } of findings)
    refuse(
      "chain",
      chain === undefined
        ? `is missing: ${message} Write the certificates of all CAs above it there, up to the root.`
        : message,
    );
  return path.length === 0 ? {} : { chain: path.map(({ pem }) => pem) };
}

/** A CA that this stack owns: its subject and its generations by name. */
export const authority = section({
  subject: subject.meta(about("Subject of the CA certificates that this stack creates")),
  generations: z
    .record(
      z.string().regex(/^[a-z][a-z\d-]{0,15}$/, {
        error: () =>
          "name generations with 1 to 16 lower-case letters, digits and hyphens, starting with a letter, for example g1",
      }),
      generation,
    )
    .meta(about("Generations of the CA, by name")),
}).superRefine(({ generations }, context) => {
  const signing = Object.entries(generations)
    .filter(([, { state }]) => state === "signing")
    .map(([name]) => name);
  if (signing.length === 1) return;
  const found = signing.length === 0 ? "none" : signing.join(" and ");
  context.addIssue({
    code: "custom",
    path: ["generations"],
    message: `exactly one generation must sign, but found ${found}; set "state: signing" on one and "state: trusted" on the others`,
  });
});

export type AuthorityConfig = z.output<typeof authority>;
