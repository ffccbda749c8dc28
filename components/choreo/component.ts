import {
  ComponentResource,
  output,
  unsecret,
  type ComponentResourceOptions,
  type Output,
} from "@pulumi/pulumi";
import type { KeyAlgorithm } from "../../x509";
import {
  Certificate,
  Identity,
  type CertificateAuthority,
  type IssuedCertificate,
  type LifePolicy,
} from "../pki";
import { planOf, sha256Of, type PlanRow } from "./plan";
import { isCertified, partyOf, sourceOf, usageOf, type Component } from "./project";

export interface ChoreoComponentArgs extends LifePolicy {
  /** Name of the project, which is the O of the certificates. */
  readonly project: string;
  readonly component: Component;
  readonly authority: CertificateAuthority;
  /** Key algorithm. A change creates a new key. @default "ECDSA-P256", which Go, Node and Python all read */
  readonly algorithm?: KeyAlgorithm | undefined;
}

/**
 * A component's key and certificate. The certificate contains the names at which a server is called, and the identity
 * of a client, which its servers read from the CN. A client has neither if none of its servers asks for a certificate.
 *
 * A server whose host is not known yet has only a key.
 */
export class ChoreoComponent extends ComponentResource {
  static readonly type = "countersign:choreo:Component";

  /** The private key as PKCS#8 PEM; secret. Undefined if it has none. */
  readonly privateKeyPem: Output<string> | undefined;
  /** SHA-256 of the key's PEM, hex; public, as it reveals nothing of a random key. Undefined if it has no key. */
  readonly keySha256: Output<string> | undefined;
  /** The certificate; undefined until it has one. */
  readonly certificate: Output<IssuedCertificate> | undefined;
  /** Rows to enter into the console. */
  readonly plan: Output<PlanRow[]>;

  constructor(name: string, args: ChoreoComponentArgs, options?: ComponentResourceOptions) {
    super(ChoreoComponent.type, name, {}, options);
    const { component, authority } = args;
    const identity = usageOf(component) ? this.identify(name, args) : undefined;
    this.privateKeyPem = identity?.privateKeyPem;
    this.certificate = identity && this.issue(name, args, identity);

    this.keySha256 = identity && unsecret(identity.privateKeyPem.apply(sha256Of));
    this.plan = output({
      certificate: this.certificate?.apply(({ certificate }) => certificate),
      ca: authority.bundleToRootPem,
      keySha256: this.keySha256,
    }).apply((contents) => planOf(component, contents));

    // These outputs let a later update warn whoever removes the host that it was deployed. The private key is stored in
    // its own resource.
    this.registerOutputs({ certificate: this.certificate, host: component.server?.url?.host });
  }

  private identify(name: string, { project, component, algorithm }: ChoreoComponentArgs): Identity {
    return new Identity(
      `${name}-identity`,
      {
        ...subjectOf(project, component),
        dnsNames: dnsNamesOf(component),
        algorithm: algorithm ?? "ECDSA-P256",
      },
      { parent: this },
    );
  }

  private issue(
    name: string,
    args: ChoreoComponentArgs,
    { requestPem }: Identity,
  ): Output<IssuedCertificate> | undefined {
    const { project, component, authority, algorithm = "ECDSA-P256" } = args;
    const role = usageOf(component);
    if (role === undefined || !isCertified(component)) return undefined;
    const certificate = new Certificate(
      certificateName(name),
      {
        requestPem,
        grant: {
          ...subjectOf(project, component),
          dnsNames: dnsNamesOf(component),
          keyAlgorithms: [algorithm],
          source: sourceOf(component.name),
        },
        owner: partyOf(component.name),
        issuer: authority.signing,
        role,
        validityHours: args.validityHours,
        renewBeforeHours: args.renewBeforeHours,
      },
      { parent: this },
    );
    return certificate.issued;
  }
}

/** Name of the component that owns the certificate. */
export function certificateName(name: string): string {
  return `${name}-certificate`;
}

/** No consumer uses the O; servers recognize a client by its CN. */
function subjectOf(organization: string, { name, client }: Component) {
  return { organization, commonName: client?.identity ?? name };
}

function dnsNamesOf({ server }: Component): string[] {
  return [...(server?.dnsNames ?? [])];
}
