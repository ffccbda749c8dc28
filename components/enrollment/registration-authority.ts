import {
  ComponentResource,
  createUrn,
  output,
  type ComponentResourceOptions,
  type Output,
} from "@pulumi/pulumi";
import type { Admission } from "../../enrollment/documents";
import type { AdmittedRequest, Decisions } from "../../enrollment/requests";
import { stated, type Facts } from "../../facts";
import { readCertificate, readCertificateRequest } from "../../x509";
import {
  CERTIFICATE_TYPE,
  adopt,
  adoptedFacts,
  certificateName,
  issue,
  issuedFacts,
  signingOf,
  stillGood,
  type AdoptedCertificate,
  type CertificateAuthority,
  type IssueArgs,
  type IssuedCertificate,
  type LeafCertificate,
  type LifePolicy,
  type Role,
  type SigningGenerationArgs,
} from "../pki";
import { willBeMade } from "../outputs";

/** Issuance of the certificate of one enrolled party. */
export interface EnrollmentPolicy extends LifePolicy {
  /** Its configuration key, e.g. `serviceEnrollments.shop.services.orders`. */
  readonly source: string;
  /** Use of its certificates. */
  readonly role: Role;
  /** A certificate that the party already has, which is used until it is due for renewal. @default - none */
  readonly existing?: string;
  /** Whether its stack reports which CAs it trusts. */
  readonly tellsTrust: boolean;
}

export interface RegistrationAuthorityArgs {
  readonly issuer: SigningGenerationArgs;
  /** Policies by the party's name. */
  readonly policies: Readonly<Record<string, EnrollmentPolicy>>;
  readonly decisions: Decisions;
  /** CAs that parties have deployed, as far as they report them: SHA-256 fingerprints by the party's name. */
  readonly trusted: Readonly<Record<string, readonly string[]>>;
  /** The parties that the enrolled ones dial. @default - none that is known */
  readonly dials?: readonly string[] | undefined;
  /** The kind of the parties. @default - organizations */
  readonly kind?: Facts["kind"];
  /** Returns the name of a party's resources. */
  readonly nameOf: (party: string) => string;
}

/**
 * Signs the admitted requests of other stacks' parties (the registration authority of RFC 5280), and remembers the
 * holders of their keys.
 */
export class RegistrationAuthority extends ComponentResource {
  static readonly type = "countersign:enrollment:RegistrationAuthority";

  /** Certificates by the party's name, of parties that have one. */
  readonly certificates: ReadonlyMap<string, Output<IssuedCertificate>>;

  constructor(name: string, args: RegistrationAuthorityArgs, opts?: ComponentResourceOptions) {
    const leaves = leavesOf(args);
    const facts = factsOf(args, leaves);
    super(RegistrationAuthority.type, name, { ...stated(facts), ...distrusted(args) }, opts);
    this.certificates = new Map(
      [...leaves].map(([party, leaf]) => [party, this.certify(leaf).issued]),
    );
    const { requests, keys } = args.decisions.register;
    this.registerOutputs({
      requests: output(requests),
      keys: output(keys),
      ...(Object.keys(args.trusted).length > 0 && { trusted: args.trusted }),
    });
  }

  private certify(leaf: Leaf): LeafCertificate {
    if (leaf.kind === "adopted") return adopt(leaf.adopted);
    // In older states, each certificate has a component of its own around it.
    const former = createUrn(leaf.name, CERTIFICATE_TYPE, this);
    return issue(leaf.name, leaf.issued, { parent: this, aliases: [{ parent: former }] });
  }
}

/** The certificate of a party, as it is issued or adopted. */
type Leaf = { readonly name: string } & (
  | { readonly kind: "issued"; readonly issued: IssueArgs }
  | { readonly kind: "adopted"; readonly adopted: AdoptedCertificate }
);

/** Returns the certificates of parties that have one or get one, by the party's name. */
function leavesOf(args: RegistrationAuthorityArgs): Map<string, Leaf> {
  const admitted = new Map(Object.entries(args.decisions.admitted));
  return new Map(
    Object.entries(args.policies).flatMap(([party, policy]) => {
      const leaf = leafOf(party, policy, admitted.get(party), args);
      return leaf === undefined ? [] : [[party, leaf]];
    }),
  );
}

function leafOf(
  party: string,
  { existing, source, role, validityHours, renewBeforeHours }: EnrollmentPolicy,
  request: AdmittedRequest | undefined,
  { issuer, nameOf }: RegistrationAuthorityArgs,
): Leaf | undefined {
  const name = certificateName(nameOf(party));
  const isCurrent =
    existing !== undefined &&
    // Without a request it cannot be renewed, so it is used until its end.
    stillGood(existing, request === undefined ? 0 : renewBeforeHours) &&
    (request === undefined || isFor(existing, request.pem));
  if (isCurrent) {
    const adopted = {
      certificate: existing,
      owner: party,
      source,
      renewBeforeHours: request === undefined ? undefined : renewBeforeHours,
    };
    return { name, kind: "adopted", adopted };
  }
  if (request === undefined) return undefined;
  const { pem: requestPem, grant } = request;
  const terms = { grant, owner: party, issuer, role, validityHours, renewBeforeHours };
  return { name, kind: "issued", issued: { ...terms, requestPem } };
}

function factsOf(
  { policies, decisions, nameOf, dials = [], kind }: RegistrationAuthorityArgs,
  leaves: ReadonlyMap<string, Leaf>,
): Facts {
  return {
    ...(leaves.size > 0 && {
      certificates: Object.fromEntries(
        [...leaves.values()].map((leaf) => [
          leaf.name,
          leaf.kind === "adopted" ? adoptedFacts(leaf.adopted) : issuedFacts(leaf.issued),
        ]),
      ),
    }),
    peers: Object.entries(policies).map(([party, { source, tellsTrust }]) => ({
      party,
      source,
      presents: certificateName(nameOf(party)),
      dials: [...dials],
      elsewhere: true,
      ...(tellsTrust && { tells: true }),
    })),
    waiting: Object.keys(decisions.waiting),
    ...(kind && { kind }),
  };
}

/** Nobody trusts a generation that does not exist yet. A preview knows that, even though it does not know the generation. */
function distrusted({ issuer, trusted }: RegistrationAuthorityArgs) {
  const { id, certificatePem } = signingOf(issuer);
  const everybody = Object.keys(trusted).sort();
  const by = output(willBeMade(certificatePem)).apply((isComing) =>
    isComing
      ? output(everybody)
      : certificatePem.apply((pem) => {
          return distrusting(pem, trusted);
        }),
  );
  return { distrusted: { generation: id, by } };
}

/**
 * Returns the parties that do not trust a CA, as far as they report what they trust.
 *
 * @param trusted fingerprints of the CAs that parties have deployed, by the party's name.
 */
export function distrusting(
  pem: string,
  trusted: Readonly<Record<string, readonly string[]>>,
): readonly string[] {
  const { fingerprint } = readCertificate(pem);
  return Object.entries(trusted)
    .filter(([, known]) => !known.includes(fingerprint))
    .map(([party]) => party)
    .sort();
}

/** Returns the generations of a CA as a signing stack publishes them. */
export function publishedAuthorities({
  certificates,
}: Pick<CertificateAuthority, "certificates">): Output<Admission["authorities"]> {
  return certificates.apply((generations) =>
    Object.fromEntries(
      Object.entries(generations).map(([name, { state, certificate }]) => [
        name,
        { state, certificate },
      ]),
    ),
  );
}

/**
 * Whether the certificate is for the request's key. A party that sends another key wants a certificate for that
 * one.
 */
function isFor(certificate: string, request: string): boolean {
  return (
    readCertificate(certificate).publicKeyFingerprint ===
    readCertificateRequest(request).publicKeyFingerprint
  );
}
