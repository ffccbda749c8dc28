import {
  type ComponentResourceOptions,
  type CustomResourceOptions,
  type Output,
} from "@pulumi/pulumi";
import { stated } from "../../facts";
import type { KeyAlgorithm } from "../../x509";
import {
  credentialsFacts,
  makeCredentials,
  type AuthorityArgs,
  type CredentialsArgs,
  type IssuedCertificate,
  type LifePolicy,
  type Role,
} from "../pki";
import { QuietComponent } from "../outputs";
import { ORGANIZATION } from "./party";

export interface PairArgs extends LifePolicy {
  /** CN, for people. */
  readonly commonName: string;
  readonly dnsNames: readonly string[];
  /** IP addresses in the certificate. @default - none */
  readonly ipAddresses?: readonly string[];
  readonly role: Role;
  readonly algorithm: KeyAlgorithm;
  readonly authority: Pick<AuthorityArgs, "signing">;
  /** Name of the owner for people. */
  readonly owner: string;
  /** The section of the configuration for it. */
  readonly source: string;
}

/** A key and its certificate, and the Secret with both if there is one. */
export class Pair extends QuietComponent {
  /** The private key as PKCS#8 PEM; secret. Adapter and enforcer read no other form. */
  readonly privateKeyPem: Output<string>;
  readonly certificate: Output<IssuedCertificate>;

  constructor(name: string, args: PairArgs, opts?: ComponentResourceOptions) {
    const { authority, ...asked } = args;
    const credentials: CredentialsArgs = {
      ...asked,
      organization: ORGANIZATION,
      issuer: authority.signing,
    };
    super(
      "countersign:choreo-connect:Pair",
      name,
      stated(credentialsFacts(name, credentials)),
      opts,
    );
    const { privateKeyPem, issued } = makeCredentials(name, credentials, this, {
      identity: `${name}-identity`,
    });
    this.privateKeyPem = privateKeyPem;
    this.certificate = issued;
  }

  /** Options of the Secret with the pair. In older states, it belongs to the gateway. */
  secretOptions({ parent }: CustomResourceOptions): CustomResourceOptions {
    return { parent: this, ...(parent !== undefined && { aliases: [{ parent }] }) };
  }
}
