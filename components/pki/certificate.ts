import {
  ComponentResource,
  all,
  output,
  type ComponentResourceOptions,
  type Input,
  type Output,
} from "@pulumi/pulumi";
import { LocallySignedCert } from "@pulumi/tls/locallySignedCert";
import type { CertificateFacts, Facts } from "../../facts";
import { admitRequest, exposedKeyProblem, readCertificate, type Grant } from "../../x509";
import type { SigningGeneration } from "./certificate-authority";
import { forUser, refusal, willBeMade } from "./checks";
import { describe, stillGood, type IssuedCertificate, type LifePolicy } from "./issued-certificate";

/** Use of a certificate, as its extended key usage (RFC 5280, 4.2.1.12). `both` is for peers that also dial. */
export type Role = "server" | "client" | "both";

const EXTENDED_KEY_USAGES: Readonly<Record<Role, string[]>> = {
  server: ["server_auth"],
  client: ["client_auth"],
  both: ["server_auth", "client_auth"],
};

export interface CertificateArgs extends LifePolicy {
  /** The certificate request, PKCS#10 in PEM. It is signed only if `grant` admits it. */
  readonly requestPem: Input<string>;
  /** Names and keys that this party may request. */
  readonly grant: Grant;
  /** Name of the party for people. @default - the organization that is granted */
  readonly owner?: string;
  readonly issuer: SigningGeneration;
  readonly role: Role;
}

/**
 * A certificate signed by a CA's signing generation.
 *
 * The request is checked before every signature, in a preview as soon as it is known: proof of possession, subject,
 * names, key (see x509/request-policy).
 *
 * @throws RequestRefused if the request asks for more than is granted.
 * @throws Error at preview if the certificate would outlive its CA.
 */
export class Certificate extends ComponentResource {
  /** The certificate alone, one PEM block. */
  readonly certificatePem: Output<string>;
  /** Certificates that the holder sends: its own, and the CAs between it and the root if the issuer is below other CAs. */
  readonly chainPem: Output<string>;
  /** The certificate with its expiry and fingerprint. */
  readonly issued: Output<IssuedCertificate>;

  constructor(name: string, args: CertificateArgs, options?: ComponentResourceOptions) {
    super(TYPE, name, { certificate: factsOf(args) } satisfies Facts, options);

    const admitted = all([args.requestPem, keyOf(args.issuer)]).apply(([request, caKey]) => {
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

    // Depends on the resource's URN, which every preview knows, so that the check also runs in previews that create the
    // certificate.
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
    const { sentPem } = args.issuer;
    this.chainPem =
      sentPem === undefined
        ? this.certificatePem
        : this.certificatePem.apply((leaf) => `${leaf.trimEnd()}\n${sentPem}`);
    this.issued = this.certificatePem.apply(describe);
    this.registerOutputs({ issued: this.issued });
  }
}

/**
 * The public key of a CA, by fingerprint, with its holder. If the CA does not exist yet, nobody can request a
 * certificate for its key, so a preview does not wait for it and can check the request.
 */
function keyOf({ certificatePem }: SigningGeneration): Output<Record<string, string>> {
  const none: Record<string, string> = {};
  return output(willBeMade(certificatePem)).apply((isComing) =>
    isComing
      ? output(none)
      : certificatePem.apply((ca) => ({
          [readCertificate(ca).publicKeyFingerprint]: "the CA's own key",
        })),
  );
}

const TYPE = "countersign:pki:Certificate";

function factsOf(args: CertificateArgs): CertificateFacts {
  const { grant, issuer, renewBeforeHours, owner = grant.organization } = args;
  return {
    owner,
    source: grant.source,
    origin: "issued",
    issuer: issuer.id,
    renewBeforeHours,
    granted: {
      ...(grant.commonName !== undefined && { commonName: grant.commonName }),
      dnsNames: [...(grant.dnsNames ?? [])],
    },
  };
}

/** A certificate, whether issued here or elsewhere. */
export interface LeafCertificate {
  readonly certificatePem: Output<string>;
  /** Certificates that the holder sends: its own, and the known CAs between it and the root. */
  readonly chainPem: Output<string>;
  readonly issued: Output<IssuedCertificate>;
}

/**
 * Keeps a certificate that was issued elsewhere until it is due for renewal, and only then issues one.
 *
 * @param existing the certificate for the request's key; undefined if there is none.
 */
export function keepOrIssue(
  existing: string | undefined,
  name: string,
  args: CertificateArgs,
  options?: ComponentResourceOptions,
): LeafCertificate {
  if (existing === undefined || !stillGood(existing, args.renewBeforeHours)) {
    return new Certificate(name, args, options);
  }
  const { grant, renewBeforeHours } = args;
  return new AdoptedCertificate(
    name,
    {
      certificate: existing,
      owner: grant.organization,
      source: grant.source,
      renewBeforeHours,
    },
    options,
  );
}

export interface AdoptedCertificateArgs {
  /** The certificate in PEM. */
  readonly certificate: string;
  /** The party that holds the key. */
  readonly owner: string;
  /** The section of the configuration that imports it. */
  readonly source: string;
  /** Hours before expiry at which the certificate is renewed. @default - never */
  readonly renewBeforeHours?: number | undefined;
}

/**
 * A certificate that was issued elsewhere. It has the same name as the certificate that replaces it when it is due for
 * renewal.
 *
 * @throws Error if its private key is published or can be computed.
 */
export class AdoptedCertificate extends ComponentResource implements LeafCertificate {
  readonly certificatePem: Output<string>;
  readonly chainPem: Output<string>;
  readonly issued: Output<IssuedCertificate>;

  constructor(name: string, args: AdoptedCertificateArgs, options?: ComponentResourceOptions) {
    const certificate = readCertificate(args.certificate);
    const problem = exposedKeyProblem(certificate);
    if (problem !== undefined) throw refusal(`the given certificate of ${args.owner} ${problem}`);
    const { pem } = certificate;
    const { owner, source, renewBeforeHours } = args;
    const facts: CertificateFacts = {
      owner,
      source,
      origin: "adopted",
      certificate: pem,
      ...(renewBeforeHours !== undefined && { renewBeforeHours }),
    };
    super(TYPE, name, { certificate: facts } satisfies Facts, options);
    this.certificatePem = output(pem);
    this.chainPem = this.certificatePem;
    this.issued = output(describe(pem));
    this.registerOutputs({ issued: this.issued });
  }
}

function checkLifetime(name: string, notAfter: Date, generation: string, caPem: string): void {
  const ca = readCertificate(caPem);
  if (notAfter <= ca.notAfter) return;
  throw refusal(
    `certificate "${name}" would be valid until ${notAfter.toISOString()}, longer than its CA generation "${generation}" (${ca.notAfter.toISOString()}): let a newer generation sign, or shorten the certificate's validity`,
  );
}
