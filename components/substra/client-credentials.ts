import {
  ComponentResource,
  createUrn,
  type ComponentResourceOptions,
  type Input,
  type Output,
} from "@pulumi/pulumi";
import { KEY_ALGORITHMS, type KeyAlgorithm } from "../../x509";
import {
  Identity,
  keepOrIssue,
  type CertificateAuthority,
  type ClientCredentials,
  type LifePolicy,
} from "../pki";

/** Key algorithm, validity and renewal of a leaf certificate. */
export interface LeafPolicy extends LifePolicy {
  readonly algorithm: KeyAlgorithm;
}

export interface IssuedCredentialsArgs {
  /** The organization's MSP ID, which becomes the O of its certificate. */
  readonly mspId: string;
  readonly commonName: string;
  /** Name of the key. Another name creates another key, and so a new certificate. */
  readonly key: string;
  /** An existing key, as PEM. @default - a new key is created */
  readonly existingKey?: Input<string> | undefined;
  /** A certificate for that key, which is used until it is due for renewal. @default - none */
  readonly existingCertificate?: string | undefined;
  readonly authority: CertificateAuthority;
  readonly certificate: LeafPolicy;
}

/** The first key, whose resources do not have its name in theirs. */
const FIRST_KEY = "k1";

/** Credentials of an organization whose certificate this stack's own authority signs. */
export class IssuedCredentials extends ComponentResource implements ClientCredentials {
  readonly certificatePem: Output<string>;
  readonly privateKeyPem: Output<string>;
  readonly trustPem: Output<string>;
  readonly presents: string;
  readonly trusts: readonly string[];

  constructor(name: string, args: IssuedCredentialsArgs, options?: ComponentResourceOptions) {
    super("countersign:substra:IssuedCredentials", name, {}, options);
    // Until 0.1.0 the backend owned these resources. Without the alias, an upgrade would reissue everything.
    const former = createUrn(name, "countersign:substra:Backend", options?.parent);
    const child = { parent: this, aliases: [{ parent: former }] };
    const { mspId, commonName, certificate, existingKey } = args;

    const identity = new Identity(
      `${name}-client${args.key === FIRST_KEY ? "" : `-${args.key}`}`,
      {
        organization: mspId,
        commonName,
        algorithm: certificate.algorithm,
        existingKeyPem: existingKey,
      },
      child,
    );
    this.presents = `${name}-certificate`;
    this.trusts = args.authority.generations.map(({ id }) => id);
    const leaf = keepOrIssue(
      args.existingCertificate,
      this.presents,
      {
        requestPem: identity.requestPem,
        grant: {
          organization: mspId,
          commonName,
          source: `organizations.${mspId}`,
          // The algorithm of an imported key cannot be chosen.
          keyAlgorithms: existingKey === undefined ? [certificate.algorithm] : KEY_ALGORITHMS,
        },
        issuer: args.authority.signing,
        role: "client",
        validityHours: certificate.validityHours,
        renewBeforeHours: certificate.renewBeforeHours,
      },
      child,
    );
    this.certificatePem = leaf.certificatePem;
    this.privateKeyPem = identity.privateKeyPem;
    this.trustPem = args.authority.bundlePem;
    // Nothing is stored twice: the private key is stored in its own resource, the CAs in the authority's.
    this.registerOutputs({});
  }
}
