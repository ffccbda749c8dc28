import { ComponentResource, type ComponentResourceOptions, type Output } from "@pulumi/pulumi";
import { TlsSecret, type NamespaceHandle } from "../kubernetes";
import {
  credentialsFacts,
  makeCredentials,
  type CertificateAuthority,
  type CredentialsArgs,
  type IssuedCertificate,
  type LifePolicy,
  type Role,
} from "../pki";

export interface RelayPartyArgs extends LifePolicy {
  /** CN of its certificate. */
  readonly commonName: string;
  /** DNS names in its certificate. @default - none */
  readonly dnsNames?: readonly string[];
  readonly role: Role;
  readonly namespace: NamespaceHandle;
  readonly authority: CertificateAuthority;
}

/** A relay or a caller of it: its key, its certificate, and the Secret that holds both. */
export class RelayParty extends ComponentResource {
  static readonly type = "countersign:relay:Party";

  readonly certificate: Output<IssuedCertificate>;
  /** Name of the Secret. */
  readonly secret: Output<string>;

  constructor(name: string, args: RelayPartyArgs, options?: ComponentResourceOptions) {
    const { authority, namespace, ...asked } = args;
    const credentials: CredentialsArgs = {
      ...asked,
      organization: "Relay",
      algorithm: "ECDSA-P256",
      issuer: authority.signing,
      owner: `Relay ${args.commonName}`,
      source: "relay",
    };
    super(RelayParty.type, name, credentialsFacts(name, credentials), options);
    const made = makeCredentials(name, credentials, this);
    const secret = new TlsSecret(
      name,
      {
        namespace: namespace.ready,
        certificatePem: made.chainPem,
        privateKeyPem: made.privateKeyPem,
      },
      { parent: this },
    );
    this.certificate = made.issued;
    this.secret = secret.metadata.name;
    // Nothing is stored twice: key and certificate are stored in their own resources.
    this.registerOutputs({});
  }
}
