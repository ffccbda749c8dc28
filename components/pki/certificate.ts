import {
  ComponentResource,
  all,
  output,
  type ComponentResourceOptions,
  type CustomResourceOptions,
  type Input,
  type Output,
} from "@pulumi/pulumi";
import { LocallySignedCert } from "@pulumi/tls/locallySignedCert";
import { stated, type CertificateFacts, type Facts } from "../../facts";
import {
  admitRequest,
  exposedKeyProblem,
  readCertificate,
  type Grant,
  type KeyAlgorithm,
} from "../../x509";
import { valueForCheck, willBeMade } from "../outputs";
import { signingOf, type SigningGeneration, type SigningGenerationArgs } from "./authority";
import { forUser, refusal } from "./checks";

/** Use of a certificate, as its extended key usage (RFC 5280, 4.2.1.12). `both` is for peers that also dial. */
export type Role = "server" | "client" | "both";

const EXTENDED_KEY_USAGES: Readonly<Record<Role, string[]>> = {
  server: ["server_auth"],
  client: ["client_auth"],
  both: ["server_auth", "client_auth"],
};

/** Terms on which a certificate is issued: everything but the request. */
export interface IssueTerms extends LifePolicy {
  /** Names and keys that the party may request. */
  readonly grant: Grant;
  /** Name of the party for people. @default - the organization that is granted */
  readonly owner?: string | undefined;
  /** The generation that signs, e.g. `signing` of a CertificateAuthority. */
  readonly issuer: SigningGenerationArgs;
  readonly role: Role;
}

/** A request, and the terms on which it is signed. */
export interface IssueArgs extends IssueTerms {
  /** The certificate request, PKCS#10 in PEM. It is signed only if `grant` admits it. */
  readonly requestPem: Input<string>;
  /** Whether the key was made by this stack for this party, and so cannot be the CA's. @default false */
  readonly isOwnKey?: boolean;
}

export interface CertificateArgs extends Omit<IssueArgs, keyof LifePolicy> {
  /** Hours from issuance to expiry. @default 2160, which is 90 days */
  readonly validityHours?: number;
  /** Hours before expiry at which an `up` renews the certificate. @default - a third of the validity */
  readonly renewBeforeHours?: number;
}

/** A certificate, whether issued here or elsewhere. */
export interface LeafCertificate {
  /** The certificate alone, one PEM block. */
  readonly certificatePem: Output<string>;
  /** Certificates that the holder sends: its own, and the known CAs between it and the root. */
  readonly chainPem: Output<string>;
  /** The certificate with its expiry and fingerprint. */
  readonly issued: Output<IssuedCertificate>;
}

const NINETY_DAYS_H = 90 * 24;

export const CERTIFICATE_TYPE = "countersign:pki:Certificate";

/**
 * A certificate signed by a CA's signing generation, for programs that make the components of parties themselves.
 *
 * The request is checked before every signature, in a preview as soon as it is known: proof of possession, subject,
 * names, key (see x509/request-policy).
 *
 * @throws RequestRefused if the request asks for more than is granted.
 * @throws Error at preview if the certificate would outlive its CA.
 */
export class Certificate extends ComponentResource implements LeafCertificate {
  readonly certificatePem: Output<string>;
  readonly chainPem: Output<string>;
  readonly issued: Output<IssuedCertificate>;

  constructor(name: string, args: CertificateArgs, opts?: ComponentResourceOptions) {
    const { validityHours = NINETY_DAYS_H } = args;
    const { renewBeforeHours = Math.floor(validityHours / 3) } = args;
    const terms = { ...args, validityHours, renewBeforeHours };
    const facts: Facts = { certificates: { [name]: issuedFacts(terms) } };
    super(CERTIFICATE_TYPE, name, stated(facts), opts);
    const leaf = issue(name, terms, { parent: this });
    this.certificatePem = leaf.certificatePem;
    this.chainPem = leaf.chainPem;
    this.issued = leaf.issued;
    this.registerOutputs({ issued: this.issued });
  }
}

/** Issues a certificate as a resource of the component that `options` name as its parent (see Certificate). */
export function issue(name: string, args: IssueArgs, opts: CustomResourceOptions): LeafCertificate {
  const { requestPem, grant, role, isOwnKey = false } = args;
  const issuer = signingOf(args.issuer);
  const { validityHours, renewBeforeHours } = args;
  const admitted = all([requestPem, isOwnKey ? {} : keyOf(issuer)]).apply(([request, caKey]) => {
    const refusedKeys = { ...grant.refusedKeys, ...caKey };
    return forUser(() => admitRequest(request, { ...grant, refusedKeys }).pem);
  });
  const certificate = new LocallySignedCert(
    name,
    {
      certRequestPem: admitted,
      caCertPem: issuer.certificatePem,
      caPrivateKeyPem: issuer.privateKeyPem,
      allowedUses: ["digital_signature", ...EXTENDED_KEY_USAGES[role]],
      setSubjectKeyId: true,
      validityPeriodHours: validityHours,
      earlyRenewalHours: renewBeforeHours,
    },
    opts,
  );

  // Depends on the resource's URN, which every preview knows, so that the check also runs in previews that create the
  // certificate.
  all([certificate.urn, issuer.certificatePem]).apply(async ([, ca]) => {
    if (!(await willBeMade(certificate.validityEndTime))) return;
    const notAfter = new Date(Date.now() + validityHours * 3_600_000);
    checkLifetime(name, notAfter, issuer.name, ca);
  });

  const certificatePem = certificate.certPem.apply(async (leaf) => {
    const ca = await valueForCheck(issuer.certificatePem);
    if (ca !== undefined) checkLifetime(name, readCertificate(leaf).notAfter, issuer.name, ca);
    return leaf;
  });
  const { sentPem } = issuer;
  return {
    certificatePem,
    chainPem:
      sentPem === undefined
        ? certificatePem
        : certificatePem.apply((leaf) => `${leaf.trimEnd()}\n${sentPem}`),
    issued: certificatePem.apply(describe),
  };
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

/** Returns what a component states about a certificate that is issued here. */
export function issuedFacts({
  grant,
  issuer,
  renewBeforeHours,
  owner = grant.organization,
}: IssueTerms): CertificateFacts {
  const { ipAddresses = [], uris = [] } = grant;
  return {
    owner,
    source: grant.source,
    origin: "issued",
    issuer: issuer.id ?? issuer.name,
    renewBeforeHours,
    granted: {
      ...(grant.organization !== owner && { organization: grant.organization }),
      ...(grant.commonName !== undefined && { commonName: grant.commonName }),
      dnsNames: [...(grant.dnsNames ?? [])],
      ...(ipAddresses.length > 0 && { ipAddresses: [...ipAddresses] }),
      ...(uris.length > 0 && { uris: [...uris] }),
    },
  };
}

/** A certificate that was issued elsewhere. */
export interface AdoptedCertificate {
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
 * Takes a certificate that was issued elsewhere. It has the name of the certificate that replaces it when it is due for
 * renewal, and no resource.
 *
 * @throws Error if its private key is published or can be computed.
 */
export function adopt({ certificate: text, owner }: AdoptedCertificate): LeafCertificate {
  const certificate = readCertificate(text);
  const problem = exposedKeyProblem(certificate);
  if (problem !== undefined) throw refusal(`the given certificate of ${owner} ${problem}`);
  const pem = output(certificate.pem);
  return { certificatePem: pem, chainPem: pem, issued: pem.apply(describe) };
}

/** Returns what a component states about a certificate that was issued elsewhere. */
export function adoptedFacts({
  certificate,
  owner,
  source,
  renewBeforeHours,
}: AdoptedCertificate): CertificateFacts {
  return {
    owner,
    source,
    origin: "adopted",
    certificate: readCertificate(certificate).pem,
    ...(renewBeforeHours !== undefined && { renewBeforeHours }),
  };
}

function checkLifetime(name: string, notAfter: Date, generation: string, caPem: string): void {
  const ca = readCertificate(caPem);
  if (notAfter <= ca.notAfter) return;
  throw refusal(
    `certificate "${name}" would be valid until ${notAfter.toISOString()}, longer than its CA generation "${generation}" (${ca.notAfter.toISOString()}): let a newer generation sign, or shorten the certificate's validity`,
  );
}

/** A certificate with its expiry and fingerprint; all of it public. */
export interface IssuedCertificate {
  /** The certificate, one PEM block. */
  readonly certificate: string;
  /** Time of expiry, RFC 3339. */
  readonly notAfter: string;
  /** SHA-256 of the certificate in DER, hex. */
  readonly fingerprint: string;
}

export function describe(pem: string): IssuedCertificate {
  const { notAfter, fingerprint } = readCertificate(pem);
  return { certificate: pem, notAfter: notAfter.toISOString(), fingerprint };
}

/**
 * Whether a certificate that was issued elsewhere is still used: until it is due for renewal.
 *
 * @param renewBeforeHours hours before expiry at which it is renewed.
 */
export function stillGood(pem: string, renewBeforeHours: number): boolean {
  const { notAfter } = readCertificate(pem);
  return Date.now() < notAfter.getTime() - renewBeforeHours * 3_600_000;
}

/** Validity and renewal of certificates. */
export interface LifePolicy {
  /** Hours from issuance to expiry. */
  readonly validityHours: number;
  /** Hours before expiry at which an `up` renews the certificate. */
  readonly renewBeforeHours: number;
}

/** Key algorithm, validity and renewal of a leaf certificate. */
export interface LeafPolicy extends LifePolicy {
  readonly algorithm: KeyAlgorithm;
}

/** Credentials of a party whose certificate was issued elsewhere, as PEM, as components take them. */
export interface ClientCredentialsArgs {
  readonly certificatePem: Input<string>;
  /** Certificates that the party sends: its own, and its CA's unless that is a root. @default - its own */
  readonly chainPem?: Input<string> | undefined;
  /** The private key; kept secret. */
  readonly privateKeyPem: Input<string>;
  /** CAs that the party trusts, the signing one first. */
  readonly trustPem: Input<string>;
  /** Name of the certificate. */
  readonly presents: string;
  /** Ids of the CA generations in `trustPem`. */
  readonly trusts: readonly string[];
}

/** Credentials of a party whose certificate was issued elsewhere, as PEM. */
export interface ClientCredentials extends ClientCredentialsArgs {
  readonly certificatePem: Output<string>;
  readonly chainPem: Output<string>;
  /** The private key; secret. */
  readonly privateKeyPem: Output<string>;
  readonly trustPem: Output<string>;
}
