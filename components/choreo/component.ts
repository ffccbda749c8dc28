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
import { partyOf, sourceOf } from "./party";
import { planOf, sha256Of, type PlanRow } from "./plan";
import { isCertified, usageOf, type Component } from "./project";

export interface ChoreoComponentArgs extends LifePolicy {
  /** Name of the project; O of the certificates. */
  readonly project: string;
  readonly component: Component;
  readonly authority: CertificateAuthority;
  /** A change makes a new key. @default "ECDSA-P256", which Go, Node and Python all read */
  readonly algorithm?: KeyAlgorithm | undefined;
}

/**
 * A component's key and certificate: for the names by which a server is called, and for the identity of a client, which its
 * servers read from the CN. A client none of whose servers asks for a certificate has neither.
 *
 * A server whose host is not known yet has its key only.
 */
export class ChoreoComponent extends ComponentResource {
  static readonly type = "countersign:choreo:Component";

  /** PKCS#8 PEM; secret. Undefined if it has none. */
  readonly privateKeyPem: Output<string> | undefined;
  /** Of its PEM, hex; public, as a key is random throughout. Undefined if it has none. */
  readonly keySha256: Output<string> | undefined;
  /** Undefined as long as it has none. */
  readonly certificate: Output<IssuedCertificate> | undefined;
  /** What is to be entered into the console. */
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

    // Whoever takes the host away later is told that it was deployed. The key stands in its own resource.
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

/** Name of the component that has the certificate. */
export function certificateName(name: string): string {
  return `${name}-certificate`;
}

/** No consumer decides by O; a client's CN is what its servers know it by. */
function subjectOf(organization: string, { name, client }: Component) {
  return { organization, commonName: client?.identity ?? name };
}

function dnsNamesOf({ server }: Component): string[] {
  return [...(server?.dnsNames ?? [])];
}
