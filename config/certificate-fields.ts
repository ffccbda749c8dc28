import { z } from "zod";
import {
  KEY_ALGORITHMS,
  PRIVATE_KEY_LABELS,
  PemError,
  describeKey,
  exposedKeyProblem,
  isKeyAlgorithm,
  keyMatchesCertificate,
  readCertificate,
  readCertificates,
  readPem,
  readPrivateKey,
} from "../x509";
import { PEM, SECRET, about } from "./about";
import { duration, durationOf, refusalsIn, section, text, type Refuse } from "./fields";

export const keyAlgorithm = z.enum(KEY_ALGORITHMS);

/** Algorithms that every program supports, also those in Java and with BoringSSL; the default of a grant. */
export const USUAL_ALGORITHMS = KEY_ALGORITHMS.filter((algorithm) => algorithm !== "Ed25519");

/** Default lifetime of a leaf certificate: 90 days. */
export const LEAF_HOURS = 90 * 24;

/** Keys for the lifetime of certificates, shared by everything that issues one. */
export const lifetimeKeys = {
  validity: duration
    .prefault(durationOf(LEAF_HOURS))
    .meta(about("Lifetime of a certificate", "60d")),
  renewBefore: duration
    .optional()
    .meta(about("Time before its expiry at which it is renewed", "30d", "a third of `validity`")),
};

/** Returns the lifetime of a certificate in hours; by default, it is renewed when a third of it is left. */
export function lifetime(
  given: { validity: number; renewBefore?: number | undefined },
  refuse: Refuse,
): { validityHours: number; renewBeforeHours: number } {
  const validityHours = given.validity;
  const renewBeforeHours = given.renewBefore ?? Math.floor(validityHours / 3);
  if (renewBeforeHours >= validityHours) {
    refuse(
      "renewBefore",
      `${durationOf(renewBeforeHours)} must be shorter than validity (${durationOf(validityHours)}), or the certificate would be renewed at every up`,
    );
  }
  return { validityHours, renewBeforeHours };
}

/** A section with the lifetime of certificates, and nothing else. */
export const lifetimes = section(lifetimeKeys)
  .transform((given, context) => lifetime(given, refusalsIn(context)))
  .prefault({});

/** A text in PEM, which is not checked here. */
export const pem = text("PEM");

/** A certificate that was issued elsewhere, in its canonical form. */
export const existingCertificate = pem.transform((pem, context) =>
  tryPem(context, () => {
    const certificate = readCertificate(pem, "the certificate");
    refusePublished(certificate);
    return certificate.pem;
  }),
);

/** Certificates that were issued elsewhere, each in its canonical form. */
export const existingCertificates = pem.transform((pem, context) =>
  tryPem(context, () => {
    const certificates = readCertificates(pem, "the certificate");
    certificates.forEach(refusePublished);
    return certificates.map((each) => each.pem).join("");
  }),
);

/** An unencrypted private key that was generated elsewhere, in its canonical form; secret. */
export const existingKey = pem.transform((pem, context) =>
  tryPem(context, () => {
    const key = readPrivateKey(pem, "the key");
    refusePublished(key);
    const algorithm = describeKey(key);
    if (!isKeyAlgorithm(algorithm)) {
      throw new PemError(`has the algorithm ${algorithm}; use one of ${KEY_ALGORITHMS.join(", ")}`);
    }
    return readPem(pem, PRIVATE_KEY_LABELS, "the key").pem;
  }),
);

/**
 * Refuses an existing certificate or key if its private key is public or can be computed.
 *
 * @throws PemError
 */
export function refusePublished(read: Parameters<typeof exposedKeyProblem>[0]): void {
  const problem = exposedKeyProblem(read);
  if (problem !== undefined) throw new PemError(problem);
}

function tryPem(context: z.RefinementCtx, read: () => string): string {
  try {
    return read();
  } catch (error) {
    context.addIssue(pemMessage(error));
    return z.NEVER;
  }
}

/** Returns a safe message: only the messages of PemError are known to quote no key material. */
export function pemMessage(error: unknown): string {
  return error instanceof PemError ? error.message : "is not readable as PEM";
}

/** Keys for a certificate and its private key that were created elsewhere. */
export const existingKeys = {
  existing: existingCertificate
    .optional()
    .meta(about("An existing certificate, used until its renewal", PEM)),
  key: existingKey.optional().meta(about("The private key of `existing`, unencrypted", SECRET)),
};

/** Settings of a server's certificate. */
export const leaf = section({
  algorithm: keyAlgorithm.default("ECDSA-P256").meta(about("Algorithm of its key", "ECDSA-P384")),
  ...lifetimeKeys,
  ...existingKeys,
})
  .transform(({ algorithm, existing, key, ...life }, context) => {
    const refuse = refusalsIn(context);
    const pair = existingPair(existing, key, refuse);
    return { algorithm, ...lifetime(life, refuse), ...(pair && { existing: pair }) };
  })
  .prefault({});

/** Returns an existing certificate with its key; neither is of use without the other. */
export function existingPair(
  certificate: string | undefined,
  key: string | undefined,
  refuse: Refuse,
): { certificate: string; key: string } | undefined {
  if (certificate === undefined && key === undefined) return undefined;
  if (key === undefined) {
    refuse("key", "is missing: the existing certificate needs its private key, as a secret");
  } else if (certificate === undefined) {
    refuse("existing", "is missing: the given key needs its certificate");
  } else if (keyMatches(key, certificate)) return { certificate, key };
  else refuse("key", "does not belong to the existing certificate");
  return undefined;
}

function keyMatches(key: string, certificate: string): boolean {
  try {
    return keyMatchesCertificate(key, certificate);
  } catch {
    return true; // the problem with one of them has been reported already
  }
}

/** Name of an existing key among the names of a party's keys. */
export const EXISTING = "existing";

const keyName = z.string().regex(/^[a-z][a-z\d-]{0,15}$/, {
  error: () =>
    "name keys with 1 to 16 lower-case letters, digits and hyphens, starting with a letter, for example k2",
});

/** Names of a party's keys. Another stack signs its request, so a new key must wait beside the one in use. */
export const namedKeys = z
  .array(keyName)
  .min(1)
  .refine((names) => new Set(names).size === names.length, { error: "lists a key twice" })
  .optional()
  .meta(
    about("Names of its keys; a certificate is requested for the last one", ["k1", "k2"], "`[k1]`"),
  );

/** Returns the names of a party's keys. An existing key has a reserved name. */
export function keyNames(given: {
  readonly keys?: readonly string[] | undefined;
  readonly key?: unknown;
}): readonly string[] {
  return given.keys ?? [given.key === undefined ? "k1" : EXISTING];
}

/** Refuses names that do not fit to the given key. */
export function checkKeyNames(
  given: {
    readonly keys?: readonly string[] | undefined;
    readonly key?: string | undefined;
    readonly existing?: string | undefined;
  },
  refuse: Refuse,
): void {
  const { key, existing } = given;
  const hasName = keyNames(given).includes(EXISTING);
  if (hasName && key === undefined) {
    refuse(
      "keys",
      `lists "${EXISTING}", but there is no such key; set certificate.key as a secret`,
    );
  }
  if (!hasName && key !== undefined) {
    const unused = existing === undefined ? "key" : "key and existing";
    refuse(
      "keys",
      `does not list "${EXISTING}", so nothing would use the given key: remove ${unused}`,
    );
  }
}
