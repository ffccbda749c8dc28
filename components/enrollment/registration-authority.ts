import {
  ComponentResource,
  output,
  type ComponentResourceOptions,
  type Output,
} from "@pulumi/pulumi";
import type { Decisions } from "../../enrollment/requests";
import type { Facts } from "../../facts";
import { readCertificate, readCertificateRequest } from "../../x509";
import {
  AdoptedCertificate,
  Certificate,
  stillGood,
  willBeMade,
  type IssuedCertificate,
  type LeafCertificate,
  type LifePolicy,
  type SigningGeneration,
} from "../pki";

/** Issuance of the certificate of one enrolled party. */
export interface EnrollmentPolicy extends LifePolicy {
  /** A certificate that the party already has, which is used until it is due for renewal. @default - none */
  readonly existing?: string;
  /** Whether its stack reports which CAs it trusts. */
  readonly tellsTrust: boolean;
}

export interface RegistrationAuthorityArgs {
  readonly issuer: SigningGeneration;
  /** Policies by the party's name. */
  readonly policies: ReadonlyMap<string, EnrollmentPolicy>;
  readonly decisions: Decisions;
  /** CAs that parties have deployed, as far as they report them: SHA-256 fingerprints by the party's name. */
  readonly trusted: ReadonlyMap<string, readonly string[]>;
  /** The party that the enrolled ones dial. */
  readonly server: string;
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

  constructor(name: string, args: RegistrationAuthorityArgs, options?: ComponentResourceOptions) {
    super(RegistrationAuthority.type, name, { ...factsOf(args), ...distrusted(args) }, options);
    const certificates = new Map<string, Output<IssuedCertificate>>();
    for (const [party, policy] of args.policies) {
      const leaf = this.certify(party, policy, args);
      if (leaf !== undefined) certificates.set(party, leaf.issued);
    }
    this.certificates = certificates;
    const { requests, keys } = args.decisions.register;
    this.registerOutputs({
      requests: output(requests),
      keys: output(keys),
      ...(args.trusted.size > 0 && { trusted: Object.fromEntries(args.trusted) }),
    });
  }

  private certify(
    party: string,
    { existing, validityHours, renewBeforeHours }: EnrollmentPolicy,
    { decisions, issuer, nameOf }: RegistrationAuthorityArgs,
  ): LeafCertificate | undefined {
    const name = certificateName(nameOf(party));
    const request = decisions.admitted.get(party);
    const isCurrent =
      existing !== undefined &&
      // Without a request it cannot be renewed, so it is used until its end.
      stillGood(existing, request === undefined ? 0 : renewBeforeHours) &&
      (request === undefined || isFor(existing, request.pem));
    if (isCurrent) {
      const adopted = {
        certificate: existing,
        owner: party,
        source: `enrollments.${party}`,
        renewBeforeHours: request === undefined ? undefined : renewBeforeHours,
      };
      return new AdoptedCertificate(name, adopted, { parent: this });
    }
    if (request === undefined) return undefined;
    return new Certificate(
      name,
      {
        requestPem: request.pem,
        grant: request.grant,
        issuer,
        role: "client",
        validityHours,
        renewBeforeHours,
      },
      { parent: this },
    );
  }
}

function factsOf({ policies, decisions, nameOf, server }: RegistrationAuthorityArgs): Facts {
  return {
    peers: [...policies].map(([party, { tellsTrust }]) => ({
      party,
      source: `enrollments.${party}`,
      presents: certificateName(nameOf(party)),
      dials: [server],
      elsewhere: true,
      ...(tellsTrust && { tells: true }),
    })),
    waiting: [...decisions.waiting.keys()],
  };
}

/** Nobody trusts a generation that does not exist yet. A preview knows that, even though it does not know the generation. */
function distrusted({ issuer: { id, certificatePem }, trusted }: RegistrationAuthorityArgs) {
  const everybody = [...trusted.keys()].sort();
  const by = output(willBeMade(certificatePem)).apply((isComing) =>
    isComing
      ? output(everybody)
      : certificatePem.apply((pem) => {
          const { fingerprint } = readCertificate(pem);
          return everybody.filter((party) => !trusted.get(party)?.includes(fingerprint));
        }),
  );
  return { distrusted: { generation: id, by } };
}

function certificateName(name: string): string {
  return `${name}-certificate`;
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
