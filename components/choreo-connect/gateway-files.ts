import { posix } from "node:path";
import { stringify } from "yaml";
import { writeJksTrustStore, writeKeyStore, writeTrustStore } from "../../x509";
import { STORE_KEYS } from "../kubernetes/store-keys";
import { tlsVariables, tokenVariables } from "./adapter/variables";
import type { Backend, Gateway } from "./gateway";
import { PARTS, type Part } from "./party";
import { CA_CERTIFICATES, CONTROL_PLANE_FILES, ROUTER_BUNDLE, TOKEN_PAIR } from "./paths";
import {
  ENDPOINT_CERTIFICATES,
  backendBundle,
  certificateFileOf,
  chainOf,
  controlPlaneTrust,
  endpointCertificates,
  globalBundle,
  routerAnchors,
} from "./trust";
import { COMMON_TLS13_SUITES, cipherNames, type TlsPolicy } from "./upstream-tls";

/** A file that somebody takes elsewhere. */
export interface GatewayFile {
  /** Path below the folder of all files, with slashes. */
  readonly path: string;
  readonly content: string | Buffer;
  /** Whether only its owner may read it. */
  readonly isSecret: boolean;
}

/** Folders of the distribution with a docker-compose file (wso2/product-microgateway v1.2.0). */
export const COMPOSE_PROJECTS = ["choreo-connect", "choreo-connect-with-apim"] as const;
export type ComposeProject = (typeof COMPOSE_PROJECTS)[number];

export interface ComposeMaterial {
  readonly project: ComposeProject;
  /** PEM of each part's certificate. */
  readonly certificates: Readonly<Record<Part, string>>;
  /** PKCS#8 PEM of each part's key. */
  readonly keys: Readonly<Record<Part, string>>;
  /** The pair with which the enforcer signs tokens, as PEM. */
  readonly tokens: { readonly certificate: string; readonly key: string };
  /** PEM of the CA's generations, the signing one first. */
  readonly bundle: string;
}

/** The user of all three images, which reads the mounted files. */
export const CONTAINER_USER = 10500;

/**
 * Files of WSO2's docker-compose distribution that replace its public pair and its own trust, by their paths in it.
 *
 * Each part trusts its peers by `truststore/mg.pem`. For the enforcer this is also the certificate of its own tokens:
 * it reads the first one in the file (enforcer, util/TLSUtils.java), so the first is its own.
 */
export function composeFiles(gateway: Gateway, material: ComposeMaterial): GatewayFile[] {
  const { project, certificates, keys, tokens, bundle } = material;
  const caCertificates = globalBundle(gateway, bundle);
  const ofEnforcer = "docker-compose/resources/enforcer/security/keystore";
  return [
    ...PARTS.flatMap((part) => {
      const security = `docker-compose/resources/${part}/security`;
      const own = certificateFileOf(part, certificates[part], bundle);
      const trusted = chainOf(certificates[part], bundle);
      return [
        secretFile(`${security}/keystore/mg.key`, keys[part]),
        publicFile(`${security}/keystore/mg.pem`, own),
        publicFile(`${security}/truststore/mg.pem`, trusted),
      ];
    }),
    ...(["adapter", "enforcer"] as const).map((part) =>
      publicFile(
        `docker-compose/resources/${part}/security/truststore/${CONTROL_PLANE_FILES[part]}`,
        controlPlaneTrust(gateway, bundle),
      ),
    ),
    secretFile(`${ofEnforcer}/${posix.basename(TOKEN_PAIR.key)}`, tokens.key),
    publicFile(`${ofEnforcer}/${posix.basename(TOKEN_PAIR.certificate)}`, tokens.certificate),
    ...(caCertificates === undefined
      ? []
      : [publicFile(`docker-compose/${BUNDLE}`, caCertificates)]),
    publicFile(
      `docker-compose/${project}/docker-compose.override.yaml`,
      override(gateway, caCertificates !== undefined),
    ),
  ];
}

interface BackendMaterial {
  /** The certificate in PEM; undefined if it is not issued here. */
  readonly certificate: string | undefined;
  /** The private key as PKCS#8 PEM; undefined if it is not created here. */
  readonly key: string | undefined;
  /** Password of its stores; undefined if it has none. */
  readonly password: string | undefined;
  /** CAs that it trusts for the router: PEM by generation, in the order of the bundle. */
  readonly bundle: string;
}

/** Files for a backend outside of the cluster. */
export function backendFiles(
  backend: Backend,
  upstreamTls: TlsPolicy,
  material: BackendMaterial,
): GatewayFile[] {
  const folder = `backends/${backend.name}`;
  const { forms } = backend.routerTrust;
  const { password, bundle } = material;
  return [
    ...(password === undefined ? [] : [secretFile(`${folder}/${STORE_KEYS.password}`, password)]),
    ...keyFiles(folder, backend, material),
    ...(forms.includes("pem") ? [publicFile(`${folder}/ca.crt`, bundle)] : []),
    ...(forms.includes("ca-certificates")
      ? [publicFile(`${folder}/${CA_CERTIFICATES}`, backendBundle(backend, bundle))]
      : []),
    ...(password === undefined ? [] : trustStores(folder, forms, bundle, password)),
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

const BUNDLE = `resources/router/security/${CA_CERTIFICATES}`;

/**
 * Creates a file that docker-compose reads automatically and merges with the distribution's own. config.toml needs no
 * change: the adapter's variables override it.
 */
function override({ upstreamTls }: Gateway, hasBundle: boolean): string {
  const variables = [...tlsVariables(upstreamTls), ...tokenVariables()];
  const environment = Object.fromEntries(variables.map(({ name, value }) => [name, value]));
  const services = {
    adapter: { environment },
    ...(hasBundle && { router: { volumes: [`../${BUNDLE}:${ROUTER_BUNDLE}:ro`] } }),
  };
  return stringify({ services }, { lineWidth: 0 });
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

/** Name of a trust store in the form before Java 9. */
const JKS = "truststore.jks";

/** Trust stores in the forms of a backend. With JKS there is also PKCS#12, which Java reads under either type. */
function trustStores(
  folder: string,
  forms: Backend["routerTrust"]["forms"],
  bundle: string,
  password: string,
): GatewayFile[] {
  const isJks = forms.includes("jks");
  if (!isJks && !forms.includes("pkcs12")) return [];
  const anchors = Object.entries(routerAnchors(bundle));
  const content = anchors.map(([alias, certificatePem]) => ({ alias, certificatePem }));
  return [
    secretFile(`${folder}/${STORE_KEYS.trustStore}`, writeTrustStore(content, password)),
    ...(isJks ? [secretFile(`${folder}/${JKS}`, writeJksTrustStore(content, password))] : []),
  ];
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
