import type { Certificate } from "../../../x509";
import { statedIn, type Plan } from "../plan";
import { certificateIn } from "./reading";

/** Names of the CAs that a plan knows. */
export interface Issuers {
  /**
   * Finds the generation that issues a certificate, by its id if facts state it, otherwise by the certificate.
   *
   * @returns its name, or the issuer's subject if the generation is unknown; undefined if neither is known.
   */
  nameOf(id: string | undefined, certificate: Certificate | undefined): string | undefined;
}

export function issuersOf(plan: Plan): Issuers {
  const names = new Map<string, string>();
  const learn = (name: string, pem: unknown) => {
    const certificate = certificateIn(pem);
    if (certificate?.subjectKeyId !== undefined) names.set(keyOf(certificate), name);
  };
  for (const { resource, before, after } of statedIn(plan)) {
    for (const facts of [before, after]) {
      for (const [name, generation] of Object.entries(facts?.authority?.generations ?? {})) {
        learn(name, generation.certificate);
      }
    }
    for (const made of plan.resources) {
      if (made.parent !== resource.urn || !made.type.endsWith(":SelfSignedCert")) continue;
      learn(made.name.slice(resource.name.length + 1), made.before?.outputs.certPem);
    }
  }
  return {
    nameOf: (id, certificate) => {
      if (id !== undefined) return id.slice(id.indexOf("/") + 1);
      if (certificate === undefined) return undefined;
      const key = `${certificate.issuer.der}/${certificate.authorityKeyId ?? ""}`;
      return names.get(key) ?? certificate.issuer.text;
    },
  };
}

/** Includes the key identifier, as the subject is the same for all generations of a CA. */
function keyOf({ subject, subjectKeyId }: Certificate): string {
  return `${subject.der}/${subjectKeyId ?? ""}`;
}
