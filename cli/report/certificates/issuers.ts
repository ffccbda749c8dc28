import type { Certificate } from "../../../x509";
import { statedIn, type Plan } from "../plan";
import { certificateIn } from "./reading";

/** What the CAs that a plan knows are called. */
export interface Issuers {
  /**
   * The generation that issues a certificate, by its id where facts have it, or else by the certificate.
   *
   * @returns its name, or else the issuer's subject; undefined if neither is known.
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

/** The subject alone is the same for all generations of a CA. */
function keyOf({ subject, subjectKeyId }: Certificate): string {
  return `${subject.der}/${subjectKeyId ?? ""}`;
}
