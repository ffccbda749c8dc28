import {
  ComponentResource,
  output,
  type ComponentResourceOptions,
  type Output,
} from "@pulumi/pulumi";
import { TlsSecret, type NamespaceHandle } from "../kubernetes";
import {
  Certificate,
  Identity,
  type CertificateAuthority,
  type IssuedCertificate,
  type LifePolicy,
  type Role,
} from "../pki";

export interface RelayArgs extends LifePolicy {
  /** The host by which callers dial the server. */
  readonly host: string;
  /** Names of the callers, which are the CNs of their certificates. */
  readonly callers: readonly string[];
  readonly namespace: NamespaceHandle;
  readonly authority: CertificateAuthority;
}

/** A server and its callers, each with a key, a certificate and a Secret that holds both. */
export class Relay extends ComponentResource {
  static readonly type = "countersign:relay:Relay";

  /** Certificates, by party. */
  readonly certificates: Output<Record<string, IssuedCertificate>>;
  /** Names of the Secrets, by party. */
  readonly secrets: Output<Record<string, string>>;

  constructor(name: string, args: RelayArgs, options?: ComponentResourceOptions) {
    super(Relay.type, name, {}, options);
    const server = this.equip(`${name}-server`, "server", args, [args.host]);
    const callers = args.callers.map(
      (caller) => [caller, this.equip(`${name}-${caller}`, "client", args, [], caller)] as const,
    );
    const parties = [["server", server] as const, ...callers];
    this.certificates = output(
      Object.fromEntries(parties.map(([party, { certificate }]) => [party, certificate])),
    );
    this.secrets = output(
      Object.fromEntries(parties.map(([party, { secret }]) => [party, secret])),
    );
    this.registerOutputs({ certificates: this.certificates });
  }

  private equip(
    name: string,
    role: Role,
    { namespace, authority, validityHours, renewBeforeHours }: RelayArgs,
    dnsNames: string[],
    commonName = "relay",
  ) {
    const asked = { organization: "Relay", commonName, dnsNames };
    const identity = new Identity(`${name}-identity`, asked, { parent: this });
    const certificate = new Certificate(
      `${name}-certificate`,
      {
        requestPem: identity.requestPem,
        grant: { ...asked, keyAlgorithms: ["ECDSA-P256"], source: "relay" },
        owner: `Relay ${commonName}`,
        issuer: authority.signing,
        role,
        validityHours,
        renewBeforeHours,
      },
      { parent: this },
    );
    const secret = new TlsSecret(
      name,
      {
        namespace: namespace.ready,
        certificatePem: certificate.chainPem,
        privateKeyPem: identity.privateKeyPem,
      },
      { parent: this },
    );
    return { certificate: certificate.issued, secret: secret.metadata.name };
  }
}
