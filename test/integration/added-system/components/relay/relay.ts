import {
  ComponentResource,
  output,
  type ComponentResourceOptions,
  type Output,
} from "@pulumi/pulumi";
import type { NamespaceHandle } from "../kubernetes";
import type { CertificateAuthority, IssuedCertificate, LifePolicy } from "../pki";
import { RelayParty } from "./party";

export interface RelayArgs extends LifePolicy {
  /** The host by which callers dial the server. */
  readonly host: string;
  /** Names of the callers, which are the CNs of their certificates. */
  readonly callers: readonly string[];
  readonly namespace: NamespaceHandle;
  readonly authority: CertificateAuthority;
}

/** A server and its callers. */
export class Relay extends ComponentResource {
  static readonly type = "countersign:relay:Relay";

  /** Certificates, by party. */
  readonly certificates: Output<Record<string, IssuedCertificate>>;
  /** Names of the Secrets, by party. */
  readonly secrets: Output<Record<string, string>>;

  constructor(name: string, args: RelayArgs, options?: ComponentResourceOptions) {
    super(Relay.type, name, {}, options);
    const { host, callers, ...shared } = args;
    const child = { parent: this };
    const server = new RelayParty(
      `${name}-server`,
      { ...shared, role: "server", commonName: "relay", dnsNames: [host] },
      child,
    );
    const parties = [
      ["server", server] as const,
      ...callers.map((caller) => {
        const party = { ...shared, role: "client", commonName: caller } as const;
        return [caller, new RelayParty(`${name}-${caller}`, party, child)] as const;
      }),
    ];
    this.certificates = output(
      Object.fromEntries(parties.map(([party, { certificate }]) => [party, certificate])),
    );
    this.secrets = output(
      Object.fromEntries(parties.map(([party, { secret }]) => [party, secret])),
    );
    this.registerOutputs({});
  }
}
