import { KeyObject, createPublicKey } from "node:crypto";

import { publicKeyFingerprint } from "./key";
import { rsaWeakness } from "./key-der/rsa";

/** A key whose private half anyone can download, and the product that ships it. */
export interface PublishedKey {
  readonly vendor: string;
  readonly product: string;
  /** The file that holds the private key. */
  readonly file: string;
}

/** A key that is installed by the chart, the docker-compose distribution or the sources of Choreo Connect. */
const choreoConnect = (file: string): PublishedKey => ({
  vendor: "WSO2",
  product: "Choreo Connect",
  file,
});

/**
 * WSO2's documentation itself says that everybody has this store (docs.wso2.com, Creating New Keystores). The stores
 * are binary and were not opened for this table: these are the certificates that WSO2 lists as theirs.
 */
const WSO2CARBON: PublishedKey = {
  vendor: "WSO2",
  product: "its products",
  file: "wso2carbon.jks",
};

/**
 * Published keys by fingerprint (see `publicKeyFingerprint`). The fingerprint is that of the key, as another
 * certificate of the same key is just as bad. Each was seen with its private key, whose modulus or point is the
 * certificate's, in wso2/product-microgateway (pm), wso2/kubernetes-microgateway (km) or the named repository, at the
 * named commit.
 *
 * global-adapter.pem and consul-agent-ca.pem of Choreo Connect are not listed, as their private keys were not found.
 */
const PUBLISHED: ReadonlyMap<string, PublishedKey> = new Map([
  [
    // pm resources/security/mg.key 5686c9e5, mg.pem 26ab04a6; km helm/choreo-connect/templates/enforcer-keystore-secret.yaml
    // 64f313db. The default of router, enforcer and adapter, valid until 2031.
    "ae5b47ff965c757c7ad693862341b5895f3013c2a2c18584d7d5ae3ac03dd551",
    choreoConnect("mg.key"),
  ],
  [
    // pm resources/router/security/mg.key ea0fb028, mg.pem 3f6dbd9a: the router's key before the one above.
    "621382f762e3d9bfde6386510fea278ec6386ea9ec57b0cdb63a93dc67e2b2ad",
    choreoConnect("mg.key"),
  ],
  [
    // pm resources/security/rate-limiter.key and rate-limiter.pem 44e29a80; valid until 2033.
    "5b30892b72a2503d601f377a1a7fbe515e32278ec2df019f4072759905198984",
    choreoConnect("rate-limiter.key"),
  ],
  [
    // pm resources/certs/localhost.key 0f2ba786, localhost.pem bc0d70e6.
    "2830a158f663f2ced9c68a73c9f39c7eb8b0b7527b15993e56c9996fc91f2e99",
    choreoConnect("localhost.key"),
  ],
  [
    // pm resources/adapter/security/truststore/consul/local-dc-client-consul-0-key.pem 5686c9e5, its certificate in
    // resources/adapter/security/consul 548c20d9.
    "87e6499823daa56911da72d5425d54a9320286d073d0c15eab8b14f690ea605f",
    choreoConnect("local-dc-client-consul-0-key.pem"),
  ],
  [
    // km helm/choreo-connect/templates/gateway-ingress-tls-secret.yaml 48a44710: for *.wso2.com.
    "682edffe7606734c5a0b944e91485c3fc3bd345d24e98d67027c982eb56c32f9",
    choreoConnect("gateway-ingress-tls-secret.yaml"),
  ],
  [
    // pm resources/mcp/security/private.key a5fcbca1, server.pem be691674; valid until 2035.
    "982d4a59a4d1dd514c06bf370e08a7641adf8b88283a181f2c29196fa7df6b6b",
    choreoConnect("mcp/security/private.key"),
  ],
  [
    // openchoreo/openchoreo samples/component-types/component-tls-service/tls.key and tls.crt 1d2431b9; valid until 2036.
    "84c53290b3af4bf529a9425383c032088d46093e3c948d6e2629b9eee0c400a7",
    { vendor: "OpenChoreo", product: "its samples", file: "component-tls-service/tls.key" },
  ],
  // Until 2035: serial 4b7e3782, which WSO2 Identity Server's documentation gives as the default store's.
  ["da909c62b1bdd210c5c70382b15c9aef0a5b423aa1072dce3ec172c93fbbd74f", WSO2CARBON],
  // Until 2027: serial 0282d0fd, which later versions of that documentation give.
  ["ad874c42382e2a464a3dba787fb3a0b5e2de30100545742758a6fbf0cb6aca5e", WSO2CARBON],
  // From 2019, serial 5db001a3: wso2carbon.pem in km helm/choreo-connect/templates/enforcer-truststore-secret.yaml 1a175f60,
  // pm resources/adapter/security/controlplane.pem 0b5353c9.
  ["caa08ab78bb6223dd7f464a988b788e2fbd5a5899033b1cdf19f8727def145e3", WSO2CARBON],
  // From 2023, serial 63f65a03: pm resources/adapter/security/truststore/controlplane.pem 61bb99b6, and as the gateway's key
  // in API Manager's documentation (JWKS endpoint).
  ["b42a33122de66ccd94f7bc4ec3095a182675012cb7b03026cb33f559c56dd1d3", WSO2CARBON],
]);

/**
 * Finds the product that ships the private half of a key.
 * @param fingerprint the fingerprint of the public key, by `publicKeyFingerprint`
 * @returns undefined if the key is not known to be published
 */
export function publishedKey(fingerprint: string): PublishedKey | undefined {
  return PUBLISHED.get(fingerprint);
}

/** Describes a published key for people, e.g. `the key that WSO2 ships with Choreo Connect (mg.key)`. */
export function describePublishedKey({ vendor, product, file }: PublishedKey): string {
  return `the key that ${vendor} ships with ${product} (${file})`;
}

/**
 * Describes the problem of a certificate, a request or a key whose private half is published. Reading these stays
 * possible, so that deployed ones can be examined; whoever starts to use one must call this first.
 * @param of the certificate, request or key; a private key is recognized by its public half
 * @returns the end of a sentence about it; undefined if its key is not known to be published
 */
export function publishedKeyProblem(
  of: KeyObject | { readonly publicKeyFingerprint: string },
): string | undefined {
  const isKey = of instanceof KeyObject;
  const found = publishedKey(isKey ? fingerprintOfKey(of) : of.publicKeyFingerprint);
  if (found === undefined) return undefined;
  const name = describePublishedKey(found);
  return isKey ? `is ${name}: everybody has it` : `has ${name}: everybody has its private key`;
}

function fingerprintOfKey(key: KeyObject): string {
  return publicKeyFingerprint(key.type === "private" ? createPublicKey(key) : key);
}

/**
 * Describes why a certificate or a key must not be used because anyone has its private key or can compute it.
 * @param of the certificate or key; a private key is recognized by its public half
 * @returns the end of a sentence about it; undefined if its key is neither known to be published nor found to be weak
 */
export function exposedKeyProblem(
  of:
    KeyObject | { readonly publicKeyFingerprint: string; readonly rsaModulus?: string | undefined },
): string | undefined {
  const isKey = of instanceof KeyObject;
  const modulus = isKey ? modulusOf(of) : of.rsaModulus;
  const weakness = modulus === undefined ? undefined : rsaWeakness(BigInt(`0x${modulus}`));
  const problem = publishedKeyProblem(of);
  if (problem !== undefined || weakness === undefined) return problem;
  return isKey
    ? `is an RSA key that ${weakness}: everybody can compute it`
    : `has an RSA key that ${weakness}: everybody can compute its private key`;
}

function modulusOf(key: KeyObject): string | undefined {
  if (key.asymmetricKeyType !== "rsa") return undefined;
  return Buffer.from(key.export({ format: "jwk" }).n ?? "", "base64url").toString("hex");
}
