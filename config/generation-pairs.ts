import { readCertificate, type Certificate } from "../x509";
import type { AuthorityConfig } from "./authority";
import { keyOf, type Problem } from "./problems";

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
