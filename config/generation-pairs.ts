import { readCertificate, type Certificate } from "../x509";
import type { AuthorityConfig } from "./authority";
import { keyOf, type Problem } from "./problems";

/**
 * Generations that were brought in and that a consumer cannot tell apart. OpenSSL and BoringSSL look for the CA of a
 * certificate by its name and key identifier and stay with the first that they find; BoringSSL does so even if that one is
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
          message: `has the subject of generation "${one.name}", ${one.ca.subject.text}, ${why}`,
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
      ? `and its key, and one of the two is valid only from ${coming.notBefore.toISOString()}: gRPC and Envoy may take that one and refuse what both have signed; add it when it is valid`
      : undefined;
  }
  return one.subjectKeyId !== undefined && one.subjectKeyId === other.subjectKeyId
    ? `and its subject key identifier, ${one.subjectKeyId}, but another key: OpenSSL, gRPC and Envoy take the one for the other; trust one of them only`
    : undefined;
}
