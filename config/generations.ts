import { readCertificate, type Certificate } from "../x509";
import { checkAboveFor, checkAnchorFor, checkSignerFor, type Leaf } from "../x509/consumers/check";
import type { Consumers } from "../x509/consumers/rules";
import type { AuthorityConfig } from "./authority";
import { keyOf, type Problem } from "./problems";

/**
 * Problems with generations whose signatures some consumers cannot verify.
 *
 * @param why the middle of the sentence: which consumers cannot, and which system needs other generations.
 */
export function generationsOfEd25519(
  { generations }: Pick<AuthorityConfig, "generations">,
  why: string,
): Problem[] {
  return Object.entries(generations).flatMap(([name, generation]) => {
    const algorithm =
      generation.kind === "created"
        ? generation.algorithm
        : readCertificate(generation.certificate).keyAlgorithm;
    if (algorithm !== "Ed25519") return [];
    const message = `has an Ed25519 key, ${why} generations with another key, for example of algorithm ECDSA-P256`;
    return [{ key: keyOf(["authority", "generations", name]), message }];
  });
}

/**
 * Problems with existing CAs that a consumer would refuse although it is meant to trust them.
 *
 * @param leaves certificates that the signing generation will sign.
 */
export function unusableGenerations(
  authority: AuthorityConfig,
  consumers: Consumers,
  leaves: readonly Leaf[],
): Problem[] {
  return existingGenerations(authority, ({ name, isSigning, ca }) =>
    (isSigning
      ? checkSignerFor(ca, leaves, consumers, new Date())
      : checkAnchorFor(ca, consumers)
    ).map(({ message }) => problemOf(name, "certificate", isSigning, message)),
  );
}

/** Problems with the CAs above existing CAs, which a consumer that receives them would refuse. */
export function unusableChains(
  authority: AuthorityConfig,
  consumers: Consumers,
  leaves: readonly Leaf[],
): Problem[] {
  return existingGenerations(authority, ({ name, isSigning, ca, above }) =>
    checkAboveFor(ca, above, isSigning ? leaves : [], consumers, new Date()).map(({ message }) =>
      problemOf(name, "chain", isSigning, message),
    ),
  );
}

/**
 * Problems with existing trusted CAs that have no subject key identifier.
 *
 * @param reader the consumer that requires one.
 */
export function withoutIdentifier(authority: AuthorityConfig, reader: string): Problem[] {
  return existingGenerations(authority, ({ name, isSigning, ca: { subject, subjectKeyId } }) => {
    if (isSigning || subjectKeyId !== undefined) return [];
    const message = `${subject.text} has no subject key identifier, which ${reader} requires.`;
    return [problemOf(name, "certificate", isSigning, message)];
  });
}

/** A generation with an existing CA. */
interface Existing {
  readonly name: string;
  readonly isSigning: boolean;
  readonly ca: Certificate;
  /** The CAs above it, as far as they are configured. */
  readonly above: readonly Certificate[];
}

function existingGenerations(
  { generations }: AuthorityConfig,
  check: (generation: Existing) => Problem[],
): Problem[] {
  return Object.entries(generations).flatMap(([name, generation]) => {
    if (generation.kind !== "existing") return [];
    return check({
      name,
      isSigning: generation.state === "signing",
      ca: readCertificate(generation.certificate),
      above: (generation.chain ?? []).map((pem) => readCertificate(pem)),
    });
  });
}

function problemOf(name: string, key: string, isSigning: boolean, message: string): Problem {
  const advice = isSigning
    ? "Have the CA's certificate reissued without this problem, provide another CA, or let this stack create a generation."
    : "Provide a certificate of that CA without this problem, or remove the generation.";
  return { key: keyOf(["authority", "generations", name, key]), message: `${message} ${advice}` };
}

/**
 * Problems with generations with existing CAs that a consumer cannot distinguish. OpenSSL and BoringSSL find the CA of
 * a certificate by its name and key identifier and keep the first that they find; BoringSSL does so even if that one is
 * not valid (measured: test/interop/bundles.test.ts).
 */
export function indistinguishableGenerations({ generations }: AuthorityConfig): Problem[] {
  const now = new Date();
  const given = Object.entries(generations).flatMap(([name, generation]) =>
    generation.kind === "existing" ? [{ name, ca: readCertificate(generation.certificate) }] : [],
  );
  return given.flatMap((one, index) =>
    given.slice(index + 1).flatMap((other) => {
      const why = confusion(one.ca, other.ca, now);
      if (why === undefined) return [];
      const key = keyOf(["authority", "generations", other.name, "certificate"]);
      return [
        {
          key,
          message: `has the same subject as generation "${one.name}", ${one.ca.subject.text}, ${why}`,
        },
      ];
    }),
  );
}

function confusion(one: Certificate, other: Certificate, now: Date): string | undefined {
  if (one.subject.der !== other.subject.der || one.fingerprint === other.fingerprint)
    return undefined;
  if (one.publicKeyFingerprint === other.publicKeyFingerprint) {
    const coming = [one, other].find(({ notBefore }) => notBefore > now);
    return coming
      ? `and the same key, and one of the two is not valid before ${coming.notBefore.toISOString()}: gRPC and Envoy may choose that one and refuse everything that either has signed; add it once it is valid`
      : undefined;
  }
  return one.subjectKeyId !== undefined && one.subjectKeyId === other.subjectKeyId
    ? `and the same subject key identifier, ${one.subjectKeyId}, but another key: OpenSSL, gRPC and Envoy mistake one for the other; trust only one of them`
    : undefined;
}
