import { isIpAddress, type KeyAlgorithm } from "../../x509";
import { serviceDnsNames } from "../kubernetes/service-names";
import { fullName, serviceOf } from "./chart";
import { readEndpoint, type Endpoint } from "./endpoint";
import type { TlsPolicy } from "./upstream-tls/policy";

/** What a Choreo Connect consists of. Each part has one key pair, which it shows as a server and as a client. */
export const PARTS = ["router", "enforcer", "adapter"] as const;
export type Part = (typeof PARTS)[number];

/** Where the CAs of a backend are put: into the API projects that call it, or into the router's one bundle. */
export const TRUST_SCOPES = ["endpoint", "global"] as const;
export type TrustScope = (typeof TRUST_SCOPES)[number];

/** In which forms a backend is given the CAs by which it knows the router. */
export const TRUST_FORMS = ["pem", "ca-certificates", "pkcs12", "jks"] as const;
export type TrustForm = (typeof TRUST_FORMS)[number];

/** In which form a backend reads its own pair. */
export const KEY_FORMS = ["pem", "pkcs12"] as const;
export type KeyForm = (typeof KEY_FORMS)[number];

export interface IssuedPair {
  readonly kind: "issued";
  readonly algorithm: KeyAlgorithm;
  readonly form: KeyForm;
}

/** Made elsewhere, and its key is not ours. */
export interface ExistingCertificate {
  readonly kind: "existing";
  /** The backend's certificate or those of its CAs, as PEM. */
  readonly certificates: string;
}

/** A service behind the router. */
export interface Backend {
  readonly name: string;
  readonly endpoints: readonly Endpoint[];
  /** Every name in its certificate. */
  readonly dnsNames: readonly string[];
  readonly ipAddresses: readonly string[];
  readonly trust: TrustScope;
  readonly certificate: IssuedPair | ExistingCertificate;
  readonly routerTrust: {
    readonly forms: readonly TrustForm[];
    /** Public CAs in its `ca-certificates.crt`, as PEM by name. */
    readonly publicCas: Readonly<Record<string, string>>;
  };
  /** The namespace of its Secrets; undefined for a backend whose files are exported. */
  readonly namespace: string | undefined;
  /** Deployments in its namespace whose pods are replaced when what they mount changes. */
  readonly restarts: readonly string[];
  /** How its server is configured; undefined if nothing is known. */
  readonly tls: TlsPolicy | undefined;
}

/** A Choreo Connect with its backends, as it is to be; without anything that is made. */
export interface Gateway {
  /** Every name in a part's certificate. */
  readonly dnsNames: Readonly<Record<Part, readonly string[]>>;
  /** By name, in the order of the names. */
  readonly backends: ReadonlyMap<string, Backend>;
  /** The backends that each API project calls, by the project's name. */
  readonly apis: ReadonlyMap<string, readonly string[]>;
  /** Public CAs beside those of the backends, where the router has one bundle; PEM by name. */
  readonly publicCas: Readonly<Record<string, string>>;
  /** What the router offers its backends. */
  readonly upstreamTls: TlsPolicy;
  /**
   * Certificates by which adapter and enforcer know an API Manager, as PEM; undefined if there is none. They take the place of
   * those of WSO2's own key store, whose key everybody has.
   */
  readonly controlPlane: string | undefined;
}

export interface BackendSettings {
  /** URLs, exactly as they stand in the APIs. */
  readonly endpoints: readonly string[];
  /** Names besides the endpoints' hosts. @default - none */
  readonly dnsNames?: readonly string[] | undefined;
  /** @default "endpoint" */
  readonly trust?: TrustScope | undefined;
  readonly certificate: IssuedPair | ExistingCertificate;
  readonly routerTrust: Backend["routerTrust"];
  readonly namespace?: string | undefined;
  /** @default - none */
  readonly restarts?: readonly string[] | undefined;
  readonly tls?: TlsPolicy | undefined;
}

/** Says of a backend what follows from its settings, which `config/` has checked. */
export function backendOf(name: string, settings: BackendSettings): Backend {
  const endpoints = settings.endpoints.flatMap((url) => {
    const read = readEndpoint(url);
    return typeof read === "string" ? [] : [read];
  });
  const hosts = [...new Set(endpoints.map(({ host }) => host))];
  const { trust = "endpoint", certificate, routerTrust, namespace, restarts = [], tls } = settings;
  return {
    ...{ name, endpoints, trust, certificate, routerTrust, namespace, restarts, tls },
    dnsNames: [
      ...new Set([...hosts.filter((host) => !isIpAddress(host)), ...(settings.dnsNames ?? [])]),
    ],
    ipAddresses: hosts.filter(isIpAddress),
  };
}

/**
 * The names by which the parts dial each other. `adapter`, `enforcer` and `router` are the ones that the peers' own settings have
 * (`sslHostname`, and the services of the docker-compose file); the enforcer and the router are in one pod.
 *
 * @param hosts by which the gateway's clients call the router.
 * @param service where the chart deploys it; undefined with docker-compose.
 * @param clusterDomain of that cluster.
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

/** Names of a backend's objects in its namespace; those that it has no use for are absent. */
export interface BackendObjectNames {
  /** Secret with `tls.crt` and `tls.key`, or with `keystore.p12` and `password`. */
  readonly keys?: string;
  /** ConfigMap with `ca.crt` and, if asked for, `ca-certificates.crt`. */
  readonly routerCa?: string;
  /** Secret with `truststore.p12` and `password`. */
  readonly routerTrust?: string;
}

/** Which objects a backend has, by exact names: it is deployed by others, who mount them. */
export function objectNamesOf({ name, certificate, routerTrust }: Backend): BackendObjectNames {
  const { forms } = routerTrust;
  const hasCa = forms.includes("pem") || forms.includes("ca-certificates");
  return {
    ...(certificate.kind === "issued" && { keys: `${name}-tls` }),
    ...(hasCa && { routerCa: `${name}-router-ca` }),
    ...(forms.includes("pkcs12") && { routerTrust: `${name}-router-trust` }),
  };
}

/** The backends that the router knows by its one bundle, which they replace. */
export function globallyTrusted({ backends }: Pick<Gateway, "backends">): Backend[] {
  return [...backends.values()].filter(({ trust }) => trust === "global");
}

/** Whether a backend has a PKCS#12 store, or a JKS that is made of one. */
export function hasStore({ certificate, routerTrust: { forms } }: Backend): boolean {
  return (
    forms.includes("pkcs12") ||
    forms.includes("jks") ||
    (certificate.kind === "issued" && certificate.form === "pkcs12")
  );
}
