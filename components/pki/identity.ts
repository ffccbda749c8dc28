import {
  ComponentResource,
  all,
  secret,
  unsecret,
  type ComponentResourceOptions,
  type CustomResourceOptions,
  type Input,
  type Output,
} from "@pulumi/pulumi";
import {
  exposedKeyProblem,
  readPrivateKey,
  sameRequest,
  writeCertificateRequest,
  type KeyAlgorithm,
} from "../../x509";
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
  /**
   * Requests in PEM, e.g. those that were signed before. One that says the same is taken instead of a new one, whoever
   * wrote it, so that nothing is signed again. @default - none
   */
  readonly known?: readonly string[] | undefined;
}

/** A private key, and the request for its certificate. */
export interface KeyAndRequest {
  /** The private key as PKCS#8 PEM; secret. */
  readonly privateKeyPem: Output<string>;
  /** The certificate request as PKCS#10 PEM (RFC 2986). It is public and is sent to the signer. */
  readonly requestPem: Output<string>;
}

export const IDENTITY_TYPE = "countersign:pki:Identity";

/**
 * A party's private key, which never leaves its stack, and the certificate signing request for it: for programs that
 * make the components of parties themselves.
 */
export class Identity extends ComponentResource implements KeyAndRequest {
  readonly privateKeyPem: Output<string>;
  readonly requestPem: Output<string>;

  constructor(name: string, args: IdentityArgs, opts?: ComponentResourceOptions) {
    super(IDENTITY_TYPE, name, {}, opts);
    const { privateKeyPem, requestPem } = requestCertificate(`${name}-key`, args, { parent: this });
    this.privateKeyPem = privateKeyPem;
    this.requestPem = requestPem;
    // The private key is not an output: its own resource already stores it.
    this.registerOutputs({ requestPem: this.requestPem });
  }
}

/**
 * Makes a key, unless one is given, and writes a request for it. The request has no resource: the same key and names
 * always give the same request.
 *
 * @param name name of the key's resource.
 */
export function requestCertificate(
  name: string,
  args: IdentityArgs,
  opts: CustomResourceOptions,
): KeyAndRequest {
  const { known = [] } = args;
  const privateKeyPem =
    args.existingKeyPem === undefined ? makeKey(name, args, opts) : adoptKey(args.existingKeyPem);
  const requestPem = all([
    privateKeyPem,
    args.organization,
    args.commonName,
    args.dnsNames ?? [],
    args.ipAddresses ?? [],
    args.uris ?? [],
  ]).apply(([key, organization, commonName, dnsNames, ipAddresses, uris]) => {
    const content = { organization, commonName, dnsNames, ipAddresses, uris };
    return sameRequest(writeCertificateRequest(key, content), known);
  });
  return { privateKeyPem, requestPem: unsecret(requestPem) };
}

function makeKey(
  name: string,
  { algorithm = "ECDSA-P256", keepKey = false }: IdentityArgs,
  options: CustomResourceOptions,
): Output<string> {
  const key = privateKey(name, algorithm, {
    ...options,
    ...(keepKey && { ignoreChanges: KEY_SPECIFICATION }),
  });
  return key.privateKeyPemPkcs8;
}

/** Converts a key to the form of keys that are created here. @throws Error if it is published or can be computed. */
function adoptKey(pem: Input<string>): Output<string> {
  return secret(pem).apply((text) => {
    const key = readPrivateKey(text, "the given key");
    const problem = exposedKeyProblem(key);
    if (problem !== undefined) throw refusal(`the given key ${problem}`);
    return key.export({ type: "pkcs8", format: "pem" }).toString();
  });
}
