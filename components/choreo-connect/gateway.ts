import { canonicalIpAddress, isDnsName, isIpAddress, type KeyAlgorithm } from "../../x509";
import { serviceDnsNames } from "../kubernetes/service-names";
import { digestOf } from "../kubernetes/workload";
import { fullName, serviceOf } from "./chart";
import type { Part } from "./party";
import type { TlsPolicy } from "./upstream-tls";

/** Places for the CAs of a backend: the API projects that call it, or the router's single bundle. */
export const TRUST_SCOPES = ["endpoint", "global"] as const;
type TrustScope = (typeof TRUST_SCOPES)[number];

/** Forms in which a backend gets the CAs that it trusts for the router. */
export const TRUST_FORMS = ["pem", "ca-certificates", "pkcs12", "jks"] as const;
type TrustForm = (typeof TRUST_FORMS)[number];

/** Forms in which a backend reads its own pair. */
export const KEY_FORMS = ["pem", "pkcs12"] as const;
type KeyForm = (typeof KEY_FORMS)[number];

export interface IssuedPair {
  readonly kind: "issued";
  readonly algorithm: KeyAlgorithm;
  readonly form: KeyForm;
}

/** A certificate that was issued elsewhere, whose key is not known here. */
export interface ExistingCertificate {
  readonly kind: "existing";
  /** The backend's certificate or those of its CAs, as PEM. */
  readonly certificates: string;
}

/** A service behind the router. */
export interface Backend {
  readonly name: string;
  readonly endpoints: readonly Endpoint[];
  /** All names in its certificate. */
  readonly dnsNames: readonly string[];
  readonly ipAddresses: readonly string[];
  readonly trust: TrustScope;
  readonly certificate: IssuedPair | ExistingCertificate;
  readonly routerTrust: {
    readonly forms: readonly TrustForm[];
    /** Public CAs in its `ca-certificates.crt`, as PEM by name. */
    readonly publicCas: Readonly<Record<string, string>>;
    /** Exact name of the ConfigMap with these CAs as PEM. @default - {@link ownCaObject} if it has further CAs, else {@link SHARED_CA_OBJECT} */
    readonly configMap?: string | undefined;
  };
  /** The namespace of its Secrets; undefined for a backend whose files are exported. */
  readonly namespace: string | undefined;
  /** Deployments in its namespace whose pods are replaced when what they mount changes. */
  readonly restarts: readonly string[];
  /** TLS settings of its server; undefined if they are not known. */
  readonly tls: TlsPolicy | undefined;
}

/** Description of a Choreo Connect and its backends, without anything that is created for them. */
export interface Gateway {
  /** All names in a part's certificate. */
  readonly dnsNames: Readonly<Record<Part, readonly string[]>>;
  /** Backends in the order of their names. */
  readonly backends: readonly Backend[];
  /** The backends that each API project calls, by the project's name. */
  readonly apis: Readonly<Record<string, readonly string[]>>;
  /** Public CAs in addition to the backends' CAs, if the router has a single bundle; PEM by name. */
  readonly publicCas: Readonly<Record<string, string>>;
  /** TLS settings that the router offers its backends. */
  readonly upstreamTls: TlsPolicy;
  /**
   * Certificates with which adapter and enforcer verify an API Manager, as PEM; undefined if there is none. They
   * replace those of WSO2's own key store, whose key is published.
   */
  readonly controlPlane: string | undefined;
}

export interface BackendSettings {
  /** URLs, exactly as they are in the APIs. */
  readonly endpoints: readonly string[];
  /** Names in the certificate besides the endpoints' hosts. @default - none */
  readonly dnsNames?: readonly string[] | undefined;
  /** Place for the backend's CAs. @default "endpoint" */
  readonly trust?: TrustScope | undefined;
  readonly certificate: IssuedPair | ExistingCertificate;
  readonly routerTrust: Backend["routerTrust"];
  readonly namespace?: string | undefined;
  /** Deployments to restart. @default - none */
  readonly restarts?: readonly string[] | undefined;
  readonly tls?: TlsPolicy | undefined;
}

/** Derives a backend from its settings, which `config/` has checked. */
export function backendOf(name: string, settings: BackendSettings): Backend {
  const endpoints = settings.endpoints.flatMap((url) => {
    const read = readEndpoint(url);
    return typeof read === "string" ? [] : [read];
  });
  const hosts = [...new Set(endpoints.map(({ host }) => host))];
  const { trust = "endpoint", certificate, routerTrust, namespace, restarts = [], tls } = settings;
  return {
    name,
    endpoints,
    trust,
    certificate,
    routerTrust,
    namespace,
    restarts,
    tls,
    dnsNames: [
      ...new Set([...hosts.filter((host) => !isIpAddress(host)), ...(settings.dnsNames ?? [])]),
    ],
    ipAddresses: hosts.filter(isIpAddress),
  };
}

/**
 * Returns the names by which the parts dial each other. `adapter`, `enforcer` and `router` are the names in the peers'
 * own settings (`sslHostname`, and the services of the docker-compose file); the enforcer and the router share a pod.
 *
 * @param hosts hosts at which the gateway's clients call the router.
 * @param service where the chart deploys it; undefined with docker-compose.
 * @param clusterDomain domain of that cluster.
 */
export function partDnsNames(
  hosts: readonly string[],
  service?: { readonly releaseName: string; readonly namespace: string },
  clusterDomain?: string,
): Record<Part, readonly string[]> {
  const named = (part: "router" | "adapter") =>
    service
      ? serviceDnsNames(
          serviceOf(fullName(service.releaseName), part),
          service.namespace,
          clusterDomain,
        )
      : [];
  return {
    router: [...new Set(["router", ...named("router"), "localhost", ...hosts])],
    enforcer: ["enforcer", "localhost"],
    adapter: ["adapter", ...named("adapter"), "localhost"],
  };
}

/** Names of a backend's objects in its namespace. Objects that it does not need are absent. */
interface BackendObjectNames {
  /** Secret with `tls.crt` and `tls.key`, or with `keystore.p12` and `password`. */
  readonly keys?: string;
  /** ConfigMap with `ca.crt` and, if asked for, `ca-certificates.crt`; backends of one namespace may share it. */
  readonly routerCa?: string;
  /** Secret with `truststore.p12` and `password`. */
  readonly routerTrust?: string;
}

/** Name of the ConfigMap with the router's CAs for all backends of a namespace that need nothing else. */
const SHARED_CA_OBJECT = "router-ca";

/** Name of a ConfigMap with the router's CAs for one backend. Older versions made one for each. */
export function ownCaObject(backend: string): string {
  return `${backend}-router-ca`;
}

/** Returns the exact names of a backend's objects: others deploy the backend, and mount them. */
export function objectNamesOf({ name, certificate, routerTrust }: Backend): BackendObjectNames {
  const { forms, configMap } = routerTrust;
  const hasBundle = forms.includes("ca-certificates");
  return {
    ...(certificate.kind === "issued" && { keys: `${name}-tls` }),
    ...((hasBundle || forms.includes("pem")) && {
      routerCa: configMap ?? (hasBundle ? ownCaObject(name) : SHARED_CA_OBJECT),
    }),
    ...(forms.includes("pkcs12") && { routerTrust: `${name}-router-trust` }),
  };
}

/** Returns the backends whose CAs are in the router's single bundle. */
export function globallyTrusted({ backends }: Pick<Gateway, "backends">): Backend[] {
  return backends.filter(({ trust }) => trust === "global");
}

/** Whether a backend has a PKCS#12 store, or a JKS store that is created from one. */
export function hasStore({ certificate, routerTrust: { forms } }: Backend): boolean {
  return (
    forms.includes("pkcs12") ||
    forms.includes("jks") ||
    (certificate.kind === "issued" && certificate.form === "pkcs12")
  );
}

/**
 * Returns the annotation's value. It depends only on public parts: a key changes together with its certificate. A
 * password is not one of them: whoever changes it restarts the pods.
 *
 * @param bundle PEM of the generations that the backend trusts for the router.
 * @param certificate PEM of its own certificate; undefined if it is not issued here.
 */
export function contentDigest(
  { certificate: { kind, ...own }, routerTrust }: Backend,
  bundle: string,
  certificate: string | undefined,
): string {
  const form = "form" in own ? own.form : undefined;
  // Sorted, because a stack's outputs have their names in another order than its configuration.
  const publicCas = Object.entries(routerTrust.publicCas).sort(([one], [other]) =>
    one < other ? -1 : 1,
  );
  const trust = [routerTrust.forms, publicCas];
  return digestOf(kind, form, trust, bundle, certificate);
}

/** The URL at which an API calls a backend. */
interface Endpoint {
  /**
   * The URL exactly as in the API. The adapter finds an endpoint's certificate by these very characters
   * (wso2/product-microgateway v1.2.0, adapter envoyconf/routes_with_clusters.go).
   */
  readonly url: string;
  /**
   * A DNS name, with capitals and underscores as in the URL, or an IP address without brackets. The router compares it
   * with the certificate's names.
   */
  readonly host: string;
  readonly port: number;
}

/** The scheme decides whether the router uses TLS at all. */
const DEFAULT_PORT: Readonly<Record<string, number>> = { https: 443, wss: 443 };

const FORM =
  /^(?<scheme>[a-z][a-z\d+.-]*):\/\/(?<host>\[[^\]]*\]|[^/:?#@\s]*)(?::(?<port>\d+))?(?<path>\/[^?#\s]*)?$/i;

/**
 * Reads an endpoint's URL. The URL standard's parser is not used, as it would change the URL.
 *
 * @returns the endpoint, or the end of a sentence that says why the text is not one.
 */
export function readEndpoint(url: string): Endpoint | string {
  if (url.trim() !== url) return "begins or ends with a space";
  if (!url.includes("://")) return "has no scheme, and Choreo Connect would call it without TLS";
  const { scheme = "", host = "", port } = FORM.exec(url)?.groups ?? {};
  if (scheme === "") return "is not a URL of scheme, host, port and path";
  const usual = DEFAULT_PORT[scheme];
  if (usual === undefined) {
    return DEFAULT_PORT[scheme.toLowerCase()] === undefined
      ? `has the scheme ${scheme}, which does not use TLS`
      : `has the scheme ${scheme}, which must be in lower case, also in the API`;
  }
  const address = canonicalIpAddress(host.replace(/^\[(.*)\]$/, "$1"));
  if (address === undefined && !isHost(host)) {
    return "has a host that is neither a DNS name nor an IP address";
  }
  const number = port === undefined ? usual : Number(port);
  if (number < 1 || number > 65535)
    return `has the port ${number}, but ports range from 1 to 65535`;
  return { url, host: address ?? host, port: number };
}

/**
 * Whether the router accepts a DNS name: Envoy compares names without case, and resolves services of docker-compose
 * with underscores in their names (seen with Envoy 1.36.2 and `https://mockBackend:2383`, `https://payments_api:8443`).
 */
function isHost(host: string): boolean {
  return isDnsName(host.toLowerCase().replaceAll("_", "x"));
}
