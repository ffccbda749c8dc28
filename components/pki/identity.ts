import {
  ComponentResource,
  secret,
  type ComponentResourceOptions,
  type Input,
  type Output,
} from "@pulumi/pulumi";
import { CertRequest } from "@pulumi/tls/certRequest";
import { exposedKeyProblem, readPrivateKey, type KeyAlgorithm } from "../../x509";
import { KEY_SPECIFICATION, privateKey } from "./key";
import { refusal } from "./refusal";

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
  /** Keeps the key that was made first, whatever `algorithm` says later. @default false */
  readonly keepKey?: boolean;
  /** A private key that exists already, as unencrypted PEM. @default - one is made */
  readonly existingKeyPem?: Input<string> | undefined;
}

/** A party's private key, which stays in the stack that has it, and the certificate signing request for it. */
export class Identity extends ComponentResource {
  /** PKCS#8 PEM; secret. */
  readonly privateKeyPem: Output<string>;
  /** PKCS#10 PEM (RFC 2986); public, this is what travels. */
  readonly requestPem: Output<string>;

  constructor(name: string, args: IdentityArgs, options?: ComponentResourceOptions) {
    super("countersign:pki:Identity", name, {}, options);

    const key =
      args.existingKeyPem === undefined ? this.makeKey(name, args) : adoptKey(args.existingKeyPem);
    const request = new CertRequest(
      `${name}-request`,
      {
        privateKeyPem: key.signing,
        subject: { organization: args.organization, commonName: args.commonName },
        dnsNames: args.dnsNames ?? [],
        ipAddresses: args.ipAddresses ?? [],
        uris: args.uris ?? [],
      },
      { parent: this },
    );

    this.privateKeyPem = key.pkcs8;
    this.requestPem = request.certRequestPem;
    // The key is left out: it stands in its own resource, and nothing is stored twice.
    this.registerOutputs({ requestPem: this.requestPem });
  }

  private makeKey(name: string, { algorithm = "ECDSA-P256", keepKey = false }: IdentityArgs) {
    const key = privateKey(`${name}-key`, algorithm, {
      parent: this,
      ...(keepKey && { ignoreChanges: KEY_SPECIFICATION }),
    });
    return { signing: key.privateKeyPem, pkcs8: key.privateKeyPemPkcs8 };
  }
}

/** In the same form as a key that is made here, whatever it was written in. @throws Error if everybody has it. */
function adoptKey(pem: Input<string>) {
  const pkcs8 = secret(pem).apply((text) => {
    const key = readPrivateKey(text, "the given key");
    const problem = exposedKeyProblem(key);
    if (problem !== undefined) throw refusal(`the given key ${problem}`);
    return key.export({ type: "pkcs8", format: "pem" }).toString();
  });
  return { signing: pkcs8, pkcs8 };
}
