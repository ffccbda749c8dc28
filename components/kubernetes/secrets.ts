import { ConfigMap } from "@pulumi/kubernetes/core/v1/configMap";
import { Secret } from "@pulumi/kubernetes/core/v1/secret";
import {
  all,
  output,
  secret,
  type CustomResourceOptions,
  type Input,
  type Output,
} from "@pulumi/pulumi";
import { RandomPassword } from "@pulumi/random/randomPassword";
import { writeKeyStore, writeTrustStore } from "../../x509";
import { STORE_KEYS } from "./store-keys";

interface SecretPlace {
  readonly namespace: Input<string>;
  /** An exact name, for consumers that are not deployed here. @default - a name is generated (see TlsSecret) */
  readonly secretName?: string | undefined;
}

export interface TlsSecretArgs extends SecretPlace {
  /** The leaf certificate as PEM, followed by intermediates if there are any. */
  readonly certificatePem: Input<string>;
  /** The private key as unencrypted PEM; secret. */
  readonly privateKeyPem: Input<string>;
}

/** Content of a TlsSecret. */
interface TlsSecretContent extends TlsSecretArgs {
  /** CAs that the pair's holder trusts, as PEM under the key `ca.crt`, where cert-manager has them. @default - none */
  readonly caPem?: Input<string> | undefined;
}

/**
 * A Secret of type `kubernetes.io/tls` (keys `tls.crt` and `tls.key`, and `ca.crt` if it has CAs).
 *
 * By default it has no fixed name, on purpose: a renewal creates a new Secret whose name changes the consumers' pods,
 * and the old Secret is deleted once they have rolled. With a fixed name nothing would roll.
 */
export class TlsSecret extends Secret {
  constructor(name: string, args: TlsSecretContent, opts?: CustomResourceOptions) {
    super(
      name,
      {
        metadata: metadataOf(args),
        type: "kubernetes.io/tls",
        stringData: {
          "tls.crt": args.certificatePem,
          "tls.key": args.privateKeyPem,
          ...(args.caPem !== undefined && { "ca.crt": args.caPem }),
        },
      },
      opts,
    );
  }
}

interface StorePassword {
  /** The store's password: printable ASCII, at least 6 characters; secret (see storePassword). */
  readonly password: Input<string>;
}

export interface KeyStoreSecretArgs extends TlsSecretArgs, StorePassword {
  /** Name of the entry in Java, in lower case. */
  readonly alias: string;
}

/**
 * A Secret with a PKCS#12 key store (`keystore.p12`) and its password (`password`), for Java. There is no JKS store:
 * Java has read PKCS#12 since version 8, and has written it by default since version 9.
 *
 * Like TlsSecret, it has no fixed name, so that a renewal rolls its consumers. The same key, certificate and password
 * give the same bytes, so that nothing changes without a reason.
 */
export class KeyStoreSecret extends Secret {
  constructor(name: string, args: KeyStoreSecretArgs, opts?: CustomResourceOptions) {
    const store = all([args.certificatePem, args.privateKeyPem, args.password]).apply(
      ([chainPem, privateKeyPem, password]) =>
        writeKeyStore({ alias: args.alias, chainPem, privateKeyPem }, password),
    );
    super(name, storeObject(args, { [STORE_KEYS.keyStore]: store }), opts);
  }
}

export interface TrustStoreSecretArgs extends SecretPlace, StorePassword {
  /** CA certificates by alias, one PEM block each. */
  readonly certificates: Input<Readonly<Record<string, Input<string>>>>;
}

/**
 * A Secret with CA certificates as a PKCS#12 trust store (`truststore.p12`), its password (`password`), and the
 * certificates as PEM (`ca.pem`). Pulumi names it, like KeyStoreSecret.
 */
export class TrustStoreSecret extends Secret {
  constructor(name: string, args: TrustStoreSecretArgs, opts?: CustomResourceOptions) {
    const entries = output(args.certificates).apply((certificates) =>
      Object.entries(certificates)
        .map(([alias, certificatePem]) => ({ alias, certificatePem: certificatePem.trimEnd() }))
        .sort((one, other) => (one.alias < other.alias ? -1 : 1)),
    );
    const store = all([entries, args.password]).apply(([content, password]) =>
      writeTrustStore(content, password),
    );
    const bundle = entries.apply((content) =>
      Buffer.from(content.map(({ certificatePem }) => `${certificatePem}\n`).join("")),
    );
    const files = { [STORE_KEYS.trustStore]: store, [STORE_KEYS.caBundle]: bundle };
    super(name, storeObject(args, files), opts);
  }
}

/**
 * Length of generated passwords. They have only letters and digits, which are safe in every configuration file,
 * variable and shell.
 */
const GENERATED_LENGTH = 32;

/** Returns a store's password: the given one, or one that is generated once and stays. Secret. */
export function storePassword(
  name: string,
  given: Input<string> | undefined,
  opts?: CustomResourceOptions,
): Output<string> {
  return given === undefined
    ? new RandomPassword(name, { length: GENERATED_LENGTH, special: false }, opts).result
    : secret(given);
}

export interface CaObjectArgs {
  readonly kind: "Secret" | "ConfigMap";
  readonly namespace: Input<string>;
  /** One CA certificate or a bundle, as PEM. */
  readonly certificatePem: Input<string>;
}

/**
 * A CA certificate under the key `ca.crt`, in the kind of object that the consuming chart reads.
 *
 * Pulumi names it, so that a change of trust rolls the consumers (see TlsSecret).
 */
export function caObject(
  name: string,
  args: CaObjectArgs,
  opts?: CustomResourceOptions,
): Secret | ConfigMap {
  const metadata = { namespace: args.namespace };
  const content = { "ca.crt": args.certificatePem };
  return args.kind === "Secret"
    ? new Secret(name, { metadata, stringData: content }, opts)
    : new ConfigMap(name, { metadata, data: content }, opts);
}

function storeObject(
  { password, ...place }: SecretPlace & StorePassword,
  files: Readonly<Record<string, Output<Buffer>>>,
) {
  const encoded = Object.entries(files).map(([key, content]) => [
    key,
    content.apply((bytes) => bytes.toString("base64")),
  ]);
  return {
    metadata: metadataOf(place),
    data: secret({
      ...(Object.fromEntries(encoded) as Record<string, Output<string>>),
      // Without a line break at the end, which Java would take for a part of the password.
      [STORE_KEYS.password]: output(password).apply((text) => Buffer.from(text).toString("base64")),
    }),
  };
}

/** Metadata of a Secret; Pulumi generates its name unless one is given. */
function metadataOf({ namespace, secretName }: SecretPlace) {
  return { namespace, ...(secretName !== undefined && { name: secretName }) };
}
