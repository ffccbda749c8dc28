import {
  ComponentResource,
  output,
  type ComponentResourceOptions,
  type Output,
} from "@pulumi/pulumi";
import type { Facts } from "../../facts";
import type { Decisions } from "../../enrollment/requests";
import { readCertificate, readCertificateRequest } from "../../x509";
import {
  AdoptedCertificate,
  Certificate,
  stillGood,
  willBeMade,
  type IssuedCertificate,
  type LeafCertificate,
  type SigningGeneration,
} from "../pki";

/** How the certificate of one enrolled organization is issued. */
export interface EnrollmentPolicy {
  /** Hours from issuance to expiry. */
  readonly validityHours: number;
  /** Hours before expiry at which an `up` renews it. */
  readonly renewBeforeHours: number;
  /** A certificate that the organization has already; it counts until it is time to renew it. @default - none */
  readonly existing?: string;
  /** Whether its stack says which CAs it trusts. */
  readonly tellsTrust: boolean;
}

export interface RegistrationAuthorityArgs {
  readonly issuer: SigningGeneration;
  /** By MSP ID. */
  readonly policies: ReadonlyMap<string, EnrollmentPolicy>;
  readonly decisions: Decisions;
  /** The CAs that organizations have deployed, as far as they say so: SHA-256 fingerprints by MSP ID. */
  readonly trusted: ReadonlyMap<string, readonly string[]>;
  /** The party that they dial. */
  readonly server: string;
  /** The name of an organization's resources. */
  readonly nameOf: (mspId: string) => string;
}

/**
 * Signs what was decided on the requests of other stacks' organizations (RFC 5280's registration authority), and
 * remembers whose keys these are.
 */
export class RegistrationAuthority extends ComponentResource {
  static readonly type = "countersign:enrollment:RegistrationAuthority";

  /** By MSP ID; of organizations that have one. */
  readonly certificates: ReadonlyMap<string, Output<IssuedCertificate>>;

  constructor(name: string, args: RegistrationAuthorityArgs, options?: ComponentResourceOptions) {
    super(RegistrationAuthority.type, name, { ...factsOf(args), ...distrusted(args) }, options);
    const certificates = new Map<string, Output<IssuedCertificate>>();
    for (const [mspId, policy] of args.policies) {
      const leaf = this.certify(mspId, policy, args);
      if (leaf !== undefined) certificates.set(mspId, leaf.issued);
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
    mspId: string,
    { existing, validityHours, renewBeforeHours }: EnrollmentPolicy,
    { decisions, issuer, nameOf }: RegistrationAuthorityArgs,
  ): LeafCertificate | undefined {
    const name = certificateName(nameOf(mspId));
    const request = decisions.admitted.get(mspId);
    const isCurrent =
      existing !== undefined &&
      // Without a request there is nothing to renew it with: it counts until its end.
      stillGood(existing, request === undefined ? 0 : renewBeforeHours) &&
      (request === undefined || isFor(existing, request.pem));
    if (isCurrent) {
      const adopted = {
        certificate: existing,
        owner: mspId,
        source: `enrollments.${mspId}`,
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
    peers: [...policies].map(([mspId, { tellsTrust }]) => ({
      party: mspId,
      source: `enrollments.${mspId}`,
      presents: certificateName(nameOf(mspId)),
      dials: [server],
      elsewhere: true,
      ...(tellsTrust && { tells: true }),
    })),
    waiting: [...decisions.waiting.keys()],
  };
}

/** A generation that is yet to be made nobody trusts, which a preview knows although it does not know the generation. */
function distrusted({ issuer: { id, certificatePem }, trusted }: RegistrationAuthorityArgs) {
  const everybody = [...trusted.keys()].sort();
  const by = output(willBeMade(certificatePem)).apply((isComing) =>
    isComing
      ? output(everybody)
      : certificatePem.apply((pem) => {
          const { fingerprint } = readCertificate(pem);
          return everybody.filter((mspId) => !trusted.get(mspId)?.includes(fingerprint));
        }),
  );
  return { distrusted: { generation: id, by } };
}

function certificateName(name: string): string {
  return `${name}-certificate`;
}

/** An organization that comes with another key wants a certificate for that. */
function isFor(certificate: string, request: string): boolean {
  return (
    readCertificate(certificate).publicKeyFingerprint ===
    readCertificateRequest(request).publicKeyFingerprint
  );
}
