import { ComponentResource, type ComponentResourceOptions, type Output } from "@pulumi/pulumi";
import type { KeyAlgorithm } from "../../x509";
import {
  Certificate,
  Identity,
  type CertificateAuthority,
  type IssuedCertificate,
  type LifePolicy,
  type Role,
} from "../pki";
import { ORGANIZATION } from "./party";

export interface PairArgs extends LifePolicy {
  /** CN, for people. */
  readonly commonName: string;
  readonly dnsNames: readonly string[];
  /** IP addresses in the certificate. @default - none */
  readonly ipAddresses?: readonly string[];
  readonly role: Role;
  readonly algorithm: KeyAlgorithm;
  readonly authority: CertificateAuthority;
  /** Name of the owner for people. */
  readonly owner: string;
  /** The section of the configuration for it. */
  readonly source: string;
}

/** Name of the component that owns a pair's certificate. */
export function certificateName(pair: string): string {
  return `${pair}-certificate`;
}

/** A key and its certificate. */
export class Pair extends ComponentResource {
  /** The private key as PKCS#8 PEM; secret. Adapter and enforcer read no other form. */
  readonly privateKeyPem: Output<string>;
  readonly certificate: Output<IssuedCertificate>;

  constructor(name: string, args: PairArgs, options?: ComponentResourceOptions) {
    super("countersign:choreo-connect:Pair", name, {}, options);
    const { commonName, algorithm, authority } = args;
    const asked = {
      organization: ORGANIZATION,
      commonName,
      dnsNames: [...args.dnsNames],
      ipAddresses: [...(args.ipAddresses ?? [])],
    };
    const identity = new Identity(`${name}-identity`, { ...asked, algorithm }, { parent: this });
    const certificate = new Certificate(
      certificateName(name),
      {
        requestPem: identity.requestPem,
        grant: { ...asked, keyAlgorithms: [algorithm], source: args.source },
        owner: args.owner,
        issuer: authority.signing,
        role: args.role,
        validityHours: args.validityHours,
        renewBeforeHours: args.renewBeforeHours,
      },
      { parent: this },
    );
    this.privateKeyPem = identity.privateKeyPem;
    this.certificate = certificate.issued;
    // Nothing is stored twice: the private key is stored in its own resource.
    this.registerOutputs({ certificate: this.certificate });
  }
}
