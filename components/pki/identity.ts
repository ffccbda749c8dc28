import {
  ComponentResource,
  type ComponentResourceOptions,
  type Input,
  type Output,
} from "@pulumi/pulumi";
import { CertRequest } from "@pulumi/tls/certRequest";
import type { KeyAlgorithm } from "../../x509";
import { privateKey } from "./key";

export interface IdentityArgs {
  /** O of the subject; for Substra the MSP ID. */
  readonly organization: Input<string>;
  /** CN of the subject, for people: no consumer that we know decides by it. */
  readonly commonName: Input<string>;
  /** @default - none */
  readonly dnsNames?: Input<Input<string>[]>;
  /** @default - none */
  readonly ipAddresses?: Input<Input<string>[]>;
  /** @default - none */
  readonly uris?: Input<Input<string>[]>;
  /** A change makes a new key, hence a new request and certificate. @default "ECDSA-P256" */
  readonly algorithm?: KeyAlgorithm;
}

/** A party's private key, which stays in the stack that makes it, and the certificate signing request for it. */
export class Identity extends ComponentResource {
  /** PKCS#8 PEM; secret. */
  readonly privateKeyPem: Output<string>;
  /** PKCS#10 PEM (RFC 2986); public, this is what travels. */
  readonly requestPem: Output<string>;

  constructor(name: string, args: IdentityArgs, options?: ComponentResourceOptions) {
    super("countersign:pki:Identity", name, {}, options);

    const key = privateKey(`${name}-key`, args.algorithm ?? "ECDSA-P256", { parent: this });
    const request = new CertRequest(
      `${name}-request`,
      {
        privateKeyPem: key.privateKeyPem,
        subject: { organization: args.organization, commonName: args.commonName },
        dnsNames: args.dnsNames ?? [],
        ipAddresses: args.ipAddresses ?? [],
        uris: args.uris ?? [],
      },
      { parent: this },
    );

    this.privateKeyPem = key.privateKeyPemPkcs8;
    this.requestPem = request.certRequestPem;
    // The key is left out: it stands in its own resource, and nothing is stored twice.
    this.registerOutputs({ requestPem: this.requestPem });
  }
}
