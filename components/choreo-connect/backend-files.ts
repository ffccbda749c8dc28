import { stringify } from "yaml";
import { writeKeyStore, writeTrustStore } from "../../x509";
import { STORE_KEYS } from "../kubernetes/store-keys";
import type { Backend, Gateway } from "./gateway";
import type { GatewayFile } from "./gateway-file";
import { CA_CERTIFICATES } from "./paths";
import { ENDPOINT_CERTIFICATES, backendBundle, endpointCertificates, routerAnchors } from "./trust";
import { COMMON_TLS13_SUITES } from "./upstream-tls/ciphers";
import { cipherNames, type TlsPolicy } from "./upstream-tls/policy";

export interface BackendMaterial {
  /** The certificate in PEM; undefined if it is not issued here. */
  readonly certificate: string | undefined;
  /** The private key as PKCS#8 PEM; undefined if it is not created here. */
  readonly key: string | undefined;
  /** Password of its stores; undefined if it has none. */
  readonly password: string | undefined;
  /** CAs that it trusts for the router: PEM by generation, in the order of the bundle. */
  readonly bundle: string;
}

/** Files for a backend outside of the cluster. A JKS trust store is not included: a JDK creates it from the PKCS#12 one. */
export function backendFiles(
  backend: Backend,
  upstreamTls: TlsPolicy,
  material: BackendMaterial,
): GatewayFile[] {
  const folder = `backends/${backend.name}`;
  const { forms } = backend.routerTrust;
  const { password, bundle } = material;
  const isStored = forms.includes("pkcs12") || forms.includes("jks");
  return [
    ...(password === undefined ? [] : [secretFile(`${folder}/${STORE_KEYS.password}`, password)]),
    ...keyFiles(folder, backend, material),
    ...(forms.includes("pem") ? [publicFile(`${folder}/ca.crt`, bundle)] : []),
    ...(forms.includes("ca-certificates")
      ? [publicFile(`${folder}/${CA_CERTIFICATES}`, backendBundle(backend, bundle))]
      : []),
    ...(isStored && password !== undefined
      ? [secretFile(`${folder}/${STORE_KEYS.trustStore}`, trustStore(bundle, password))]
      : []),
    publicFile(`${folder}/tls.yaml`, tlsSettings(backend, upstreamTls)),
  ];
}

/** Folders of endpoint certificates, for the API projects that apictl deploys. */
export function apiFiles(gateway: Gateway, bundle: string): GatewayFile[] {
  return [...endpointCertificates(gateway, bundle)].flatMap(([api, files]) =>
    Object.entries(files).map(([name, content]) =>
      publicFile(`apis/${api}/${ENDPOINT_CERTIFICATES}/${name}`, content),
    ),
  );
}

function keyFiles(
  folder: string,
  { name, certificate: { kind, ...own } }: Backend,
  { certificate, key, password }: BackendMaterial,
): GatewayFile[] {
  if (kind === "existing" || certificate === undefined || key === undefined) return [];
  const isStore = "form" in own && own.form === "pkcs12";
  return isStore && password !== undefined
    ? [
        secretFile(
          `${folder}/${STORE_KEYS.keyStore}`,
          writeKeyStore({ alias: name, chainPem: certificate, privateKeyPem: key }, password),
        ),
      ]
    : [publicFile(`${folder}/tls.crt`, certificate), secretFile(`${folder}/tls.key`, key)];
}

function trustStore(bundle: string, password: string): Buffer {
  const anchors = Object.entries(routerAnchors(bundle));
  const entries = anchors.map(([alias, certificatePem]) => ({ alias, certificatePem }));
  return writeTrustStore(entries, password);
}

/** TLS settings for the backend's server, with the names of OpenSSL and Node, of Java, and of Go. */
function tlsSettings({ tls }: Backend, upstreamTls: TlsPolicy): string {
  const policy = tls ?? upstreamTls;
  const { minimum, maximum } = policy;
  const ciphers = {
    openssl: cipherNames(policy, "openssl"),
    // Java takes the suites of TLS 1.3 from the same list; without them it speaks at most TLS 1.2.
    java: [...(maximum === "TLS1_3" ? COMMON_TLS13_SUITES : []), ...cipherNames(policy, "iana")],
    go: cipherNames(policy, "go"),
  };
  return stringify({ minimum, maximum, ciphers }, { lineWidth: 0 });
}

function publicFile(path: string, content: string): GatewayFile {
  return { path, content: content.endsWith("\n") ? content : `${content}\n`, isSecret: false };
}

function secretFile(path: string, content: string | Buffer): GatewayFile {
  return { path, content, isSecret: true };
}
