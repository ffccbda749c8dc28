import {
  ComponentResource,
  secret,
  type ComponentResourceOptions,
  type Input,
  type Output,
} from "@pulumi/pulumi";
import { CertRequest } from "@pulumi/tls/certRequest";
import { exposedKeyProblem, readPrivateKey, type KeyAlgorithm } from "../../x509";
import { refusal } from "./checks";
import { KEY_SPECIFICATION, privateKey } from "./key";

export interface IdentityArgs {
  /** Organization (O) of the subject; for Substra the MSP ID. */
  readonly organization: Input<string>;
  /** Common name (CN) of the subject, for people. No known consumer bases decisions on it. */
  readonly commonName: Input<string>;
  /** DNS names to request. @default - none */
  readonly dnsNames?: Input<Input<string>[]>;
  /** IP addresses to request. @default - none */
  readonly ipAddresses?: Input<Input<string>[]>;
  /** URIs to request. @default - none */
  readonly uris?: Input<Input<string>[]>;
  /** Algorithm of the key. A change creates a new key, hence a new request and certificate. @default "ECDSA-P256" */
  readonly algorithm?: KeyAlgorithm;
  /** Whether to keep the first key, whatever `algorithm` says later. @default false */
  readonly keepKey?: boolean;
  /** An existing private key, as unencrypted PEM. @default - a new key is created */
  readonly existingKeyPem?: Input<string> | undefined;
}

/** A party's private key, which never leaves its stack, and the certificate signing request for it. */
export class Identity extends ComponentResource {
  /** The private key as PKCS#8 PEM; secret. */
  readonly privateKeyPem: Output<string>;
  /** The certificate request as PKCS#10 PEM (RFC 2986). It is public and is sent to the signer. */
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
    // The private key is not an output: its own resource already stores it.
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

/** Converts a key to the form of keys that are created here. @throws Error if it is published or can be computed. */
function adoptKey(pem: Input<string>) {
  const pkcs8 = secret(pem).apply((text) => {
    const key = readPrivateKey(text, "the given key");
    const problem = exposedKeyProblem(key);
    if (problem !== undefined) throw refusal(`the given key ${problem}`);
    return key.export({ type: "pkcs8", format: "pem" }).toString();
  });
  return { signing: pkcs8, pkcs8 };
}
