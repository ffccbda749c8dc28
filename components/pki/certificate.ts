import {
  ComponentResource,
  all,
  output,
  type ComponentResourceOptions,
  type Input,
  type Output,
} from "@pulumi/pulumi";
import { LocallySignedCert } from "@pulumi/tls/locallySignedCert";
import { admitRequest, readCertificate, type Grant } from "../../x509";
import type { SigningGeneration } from "./certificate-authority";
import { describe, stillGood, type IssuedCertificate } from "./issued-certificate";
import { forUser, willBeMade } from "./preview";
import { refusal } from "./refusal";

/** What a certificate is for: its extended key usage (RFC 5280, 4.2.1.12). `both` is for peers that also dial. */
export type Role = "server" | "client" | "both";

const EXTENDED_KEY_USAGES: Readonly<Record<Role, string[]>> = {
  server: ["server_auth"],
  client: ["client_auth"],
  both: ["server_auth", "client_auth"],
};

export interface CertificateArgs {
  /** PKCS#10 PEM. It is signed only if `grant` admits it. */
  readonly requestPem: Input<string>;
  /** What this party may ask for. */
  readonly grant: Grant;
  readonly issuer: SigningGeneration;
  readonly role: Role;
  /** Hours from issuance to expiry. */
  readonly validityHours: number;
  /** Hours before expiry at which an `up` renews it. */
  readonly renewBeforeHours: number;
}

/**
 * A certificate signed by a CA's signing generation.
 *
 * The request is checked before every signature, at preview as soon as it is known: proof of possession,
 * subject, names, key (see x509/request-policy).
 *
 * @throws RequestRefused if the request asks for more than is granted.
 * @throws Error at preview if the certificate would outlive its CA.
 */
export class Certificate extends ComponentResource {
  /** The certificate alone, one PEM block. */
  readonly certificatePem: Output<string>;
  /** The same with what people ask about it. */
  readonly issued: Output<IssuedCertificate>;

  constructor(name: string, args: CertificateArgs, options?: ComponentResourceOptions) {
    super("countersign:pki:Certificate", name, {}, options);

    const admitted = all([args.requestPem, args.issuer.certificatePem]).apply(([request, ca]) => {
      const caKey = { [readCertificate(ca).publicKeyFingerprint]: "the CA's own key" };
      const grant = { ...args.grant, refusedKeys: { ...args.grant.refusedKeys, ...caKey } };
      return forUser(() => admitRequest(request, grant).pem);
    });

    const certificate = new LocallySignedCert(
      name,
      {
        certRequestPem: admitted,
        caCertPem: args.issuer.certificatePem,
        caPrivateKeyPem: args.issuer.privateKeyPem,
        allowedUses: ["digital_signature", ...EXTENDED_KEY_USAGES[args.role]],
        setSubjectKeyId: true,
        validityPeriodHours: args.validityHours,
        earlyRenewalHours: args.renewBeforeHours,
      },
      { parent: this },
    );

    // Asked of the resource's name, which is known in every preview, so that the check also runs where its answer counts.
    all([certificate.urn, args.issuer.certificatePem]).apply(async ([, ca]) => {
      if (!(await willBeMade(certificate.validityEndTime))) return;
      checkLifetime(
        name,
        new Date(Date.now() + args.validityHours * 3_600_000),
        args.issuer.name,
        ca,
      );
    });

    this.certificatePem = all([certificate.certPem, args.issuer.certificatePem]).apply(
      ([leaf, ca]) => {
        checkLifetime(name, readCertificate(leaf).notAfter, args.issuer.name, ca);
        return leaf;
      },
    );
    this.issued = this.certificatePem.apply(describe);
    this.registerOutputs({ issued: this.issued });
  }
}

/** A certificate, wherever it is from. */
export interface LeafCertificate {
  readonly certificatePem: Output<string>;
  readonly issued: Output<IssuedCertificate>;
}

/**
 * Goes on with a certificate that was made elsewhere until it is time to renew it, and only then issues one.
 *
 * @param existing the certificate, for the request's key; undefined if there is none.
 */
export function keepOrIssue(
  existing: string | undefined,
  name: string,
  args: CertificateArgs,
  options?: ComponentResourceOptions,
): LeafCertificate {
  return existing !== undefined && stillGood(existing, args.renewBeforeHours)
    ? existingLeaf(existing)
    : new Certificate(name, args, options);
}

export function existingLeaf(existing: string): LeafCertificate {
  const { pem } = readCertificate(existing);
  return { certificatePem: output(pem), issued: output(describe(pem)) };
}

function checkLifetime(name: string, notAfter: Date, generation: string, caPem: string): void {
  const ca = readCertificate(caPem);
  if (notAfter <= ca.notAfter) return;
  throw refusal(
    `certificate "${name}" would live until ${notAfter.toISOString()}, longer than its CA generation "${generation}" (${ca.notAfter.toISOString()}): let a newer generation sign, or shorten the certificate's validity`,
  );
}
