import { ConfigMap } from "@pulumi/kubernetes/core/v1/configMap";
import { Secret } from "@pulumi/kubernetes/core/v1/secret";
import {
  all,
  output,
  secret,
  type CustomResourceOptions,
  type Input,
  type Output,
  type ProviderResource,
} from "@pulumi/pulumi";
import {
  hashedDirectory,
  readPemBundle,
  writeJksKeyStore,
  writeJksTrustStore,
  writeKeyStore,
  writePrivateKey,
  writeTrustStore,
} from "../../x509";
import { isStore, type CaFiles, type KeyFiles, type ServiceFiles } from "./files";

/** A certificate with its key, and the CAs that their holder trusts. */
interface Material {
  /** The certificate, followed by intermediates if there are any. */
  readonly chainPem: Output<string>;
  /** The private key; secret. */
  readonly privateKeyPem: Output<string>;
  /** Name of the entry in a store. */
  readonly alias: string;
  /** Password of its stores; secret. Undefined if it has none. */
  readonly password: Output<string> | undefined;
}

/** Content of an object, by its keys; stores in Base64. */
interface Content {
  readonly texts: Record<string, string>;
  readonly stores: Record<string, string>;
}

/** Options of an object with files. */
interface FilesOptions extends CustomResourceOptions {
  /**
   * Provider for an object with an exact name, which it changes in place (see inPlaceProvider).
   * @default - the object is replaced when its content changes
   */
  readonly inPlace?: ProviderResource | undefined;
}

/** Creates the Secret with a certificate and its key, and with the CAs if they are in it as well. */
export function keysSecret(
  name: string,
  namespace: Input<string>,
  files: ServiceFiles,
  material: Material,
  trusted: Output<readonly string[]>,
  options: FilesOptions,
): Secret {
  const { keys, ca } = files;
  const own = keysContent(keys, material);
  const cas = ca.object === "keys" ? caContent(ca, trusted, material.password) : undefined;
  const content = all([own, cas]).apply(([first, second]) => merged(first, second));
  return new Secret(
    name,
    {
      metadata: metadataOf(namespace, keys.secret),
      type: typeOf(keys),
      data: dataOf(secret(content)),
    },
    optionsOf(keys.secret, options),
  );
}

interface CaObjectArgs {
  readonly namespace: Input<string>;
  readonly files: CaFiles;
  /** The CAs, one PEM block each. */
  readonly trusted: Output<readonly string[]>;
  /** Password of a store; secret. @default - it is no store */
  readonly password?: Output<string> | undefined;
}

/** Creates the object with the CAs that a service trusts, or several services of a namespace. */
export function caFilesObject(
  name: string,
  { namespace, files, trusted, password }: CaObjectArgs,
  options: FilesOptions,
): Secret | ConfigMap {
  const content = caContent(files, trusted, password);
  const metadata = metadataOf(namespace, files.name);
  const own = optionsOf(files.name, options);
  return files.object === "Secret"
    ? new Secret(
        name,
        { metadata, data: dataOf(isStore(files.form) ? secret(content) : content) },
        own,
      )
    : new ConfigMap(name, { metadata, data: content.apply(({ texts }) => texts) }, own);
}

function keysContent(
  { form, names, encoding }: KeyFiles,
  { chainPem, privateKeyPem, alias, password }: Material,
): Output<Content> {
  return all([chainPem, privateKeyPem, password]).apply(([chain, key, secretText]): Content => {
    const pem = () => writePrivateKey(key, encoding, `the key of ${alias}`);
    switch (form) {
      case "pem":
        return { texts: named(names, { certificate: chain, key: pem() }), stores: {} };
      case "combined":
        return { texts: named(names, { combined: lines(chain) + lines(pem()) }), stores: {} };
      case "pkcs12":
      case "jks": {
        const write = form === "jks" ? writeJksKeyStore : writeKeyStore;
        const store = write({ alias, chainPem: chain, privateKeyPem: key }, secretText ?? "");
        return {
          texts: named(names, { password: secretText ?? "" }),
          stores: named(names, { store: store.toString("base64") }),
        };
      }
    }
  });
}

function caContent(
  { form, names }: CaFiles,
  trusted: Output<readonly string[]>,
  password: Output<string> | undefined,
): Output<Content> {
  return all([trusted, output(password)]).apply(([pems, secretText]): Content => {
    switch (form) {
      case "bundle":
        return { texts: named(names, { bundle: pems.map(lines).join("") }), stores: {} };
      case "directory":
        return { texts: hashedDirectory(pems), stores: {} };
      case "pkcs12":
      case "jks": {
        const entries = pems.map((certificatePem, position) => ({
          alias: `ca-${position + 1}`,
          certificatePem,
        }));
        const write = form === "jks" ? writeJksTrustStore : writeTrustStore;
        return {
          texts: named(names, { password: secretText ?? "" }),
          stores: named(names, { store: write(entries, secretText ?? "").toString("base64") }),
        };
      }
    }
  });
}

/** Returns certificates in a text, one PEM block each, each once. */
export function blocksOf(...pems: readonly string[]): string[] {
  const blocks = pems.flatMap((pem) => readPemBundle(pem, "CERTIFICATE", "the CAs"));
  return [...new Set(blocks.map((block) => block.pem))];
}

/** A Secret of Kubernetes' type has at least these two keys; it may have others. */
function typeOf({ names }: KeyFiles): string {
  const { certificate, key } = names;
  return certificate === "tls.crt" && key === "tls.key" ? "kubernetes.io/tls" : "Opaque";
}

/** Returns the content as `data`, of which an update in place can remove keys; those of `stringData` would stay. */
function dataOf(content: Output<Content>) {
  return content.apply(({ texts, stores }) => ({
    ...Object.fromEntries(
      Object.entries(texts).map(([key, text]) => [key, Buffer.from(text).toString("base64")]),
    ),
    ...stores,
  }));
}

function optionsOf(name: string | undefined, { inPlace, ...options }: FilesOptions) {
  return name === undefined || !inPlace ? options : { ...options, provider: inPlace };
}

function named(
  names: Readonly<Record<string, string>>,
  contents: Readonly<Record<string, string>>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(contents).map(([file, content]) => [names[file] ?? file, content]),
  );
}

function merged(one: Content, other: Content | undefined): Content {
  return {
    texts: { ...other?.texts, ...one.texts },
    stores: { ...other?.stores, ...one.stores },
  };
}

function lines(pem: string): string {
  return `${pem.trimEnd()}\n`;
}

function metadataOf(namespace: Input<string>, name: string | undefined) {
  return { namespace, ...(name !== undefined && { name }) };
}
