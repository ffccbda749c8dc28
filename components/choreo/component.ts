import {
  ComponentResource,
  output,
  unsecret,
  type ComponentResourceOptions,
  type Output,
} from "@pulumi/pulumi";
import { stated } from "../../facts";
import type { KeyAlgorithm } from "../../x509";
import {
  credentialsFacts,
  makeCredentials,
  makeKey,
  authorityOf,
  type AuthorityArgs,
  type CredentialsArgs,
  type IssuedCertificate,
  type LifePolicy,
} from "../pki";
import { planOf, sha256Of, type PlanRow } from "./plan";
import { isCertified, partyOf, sourceOf, usageOf, type Component } from "./project";

export interface ChoreoComponentArgs extends LifePolicy {
  /** Name of the project, which is the O of the certificates. */
  readonly project: string;
  readonly component: Component;
  readonly authority: AuthorityArgs;
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

  constructor(name: string, args: ChoreoComponentArgs, opts?: ComponentResourceOptions) {
    const { component } = args;
    const authority = authorityOf(args.authority);
    const asked = credentialsOf(args);
    const isIssued = asked !== undefined && isCertified(component);
    super(ChoreoComponent.type, name, isIssued ? stated(credentialsFacts(name, asked)) : {}, opts);
    const former = { identity: `${name}-identity` };
    const made = isIssued ? makeCredentials(name, asked, this, former) : undefined;
    const key = made ?? (asked && makeKey(name, asked, this, former));
    this.privateKeyPem = key?.privateKeyPem;
    this.certificate = made?.issued;
    this.keySha256 = key && unsecret(key.privateKeyPem.apply(sha256Of));
    this.plan = output({
      certificate: this.certificate?.apply(({ certificate }) => certificate),
      ca: authority.bundleToRootPem,
      keySha256: this.keySha256,
    }).apply((contents) => planOf(component, contents));

    // These outputs let a later update warn whoever removes the host that it was deployed.
    this.registerOutputs({
      ...(made && { isCertified: true }),
      // No resource has the request of a component that waits for its certificate.
      ...(key && !made && { requestPem: key.requestPem }),
      host: component.server?.url?.host,
    });
  }
}

/** What is certified of a component; undefined if it needs no certificate. */
function credentialsOf(args: ChoreoComponentArgs): CredentialsArgs | undefined {
  const { component, authority, algorithm = "ECDSA-P256" } = args;
  const role = usageOf(component);
  if (role === undefined) return undefined;
  return {
    // No consumer uses the O; servers recognize a client by its CN.
    organization: args.project,
    commonName: component.client?.identity ?? component.name,
    dnsNames: component.server?.dnsNames,
    algorithm,
    issuer: authority.signing,
    role,
    validityHours: args.validityHours,
    renewBeforeHours: args.renewBeforeHours,
    owner: partyOf(component.name),
    source: sourceOf(component.name),
  };
}
