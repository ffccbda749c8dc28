import { isIpAddress } from "../../../x509";
import {
  cipherNames,
  type TlsPolicy,
  type TlsVersion,
} from "../../../components/choreo-connect/upstream-tls";

/** A key and its certificate, in files. */
export interface PairFiles {
  readonly certificate: string;
  readonly key: string;
}

/** A backend as the router sees it. */
export interface Upstream {
  /** The host of the endpoint's URL. */
  readonly host: string;
  /** Address of the host in the test. */
  readonly address: string;
  readonly tls: TlsPolicy;
  /** The pair that the router shows; undefined for none, which an adapter cannot configure. */
  readonly pair: PairFiles | undefined;
  /** The certificates of an endpoint, as PEM, or the file for all endpoints. */
  readonly trust: { readonly pem: string } | { readonly file: string };
}

/**
 * Returns a router's configuration as a file: what an adapter sends over xDS for an API with one endpoint
 * (wso2/product-microgateway v1.2.0, adapter/internal/oasparser/envoyconf/routes_with_clusters.go), without the
 * enforcer, and with a listener that reports the result of a request.
 */
export function routerConfig(upstream: Upstream): object {
  return routerConfigOf([cluster(upstream)]);
}

/** An Envoy cluster. The tests use only its name. */
export interface Cluster {
  readonly name: string;
  readonly [field: string]: unknown;
}

/** Returns a router's configuration that calls each cluster at the path with its name. */
export function routerConfigOf(clusters: readonly Cluster[]): object {
  return {
    admin: { address: socket("127.0.0.1", 0) },
    static_resources: { listeners: [listener(clusters)], clusters },
  };
}

/** Headers of an answer, and the values that Envoy puts into them. */
export const TOLD = {
  "x-version": "%UPSTREAM_TLS_VERSION%",
  "x-cipher": "%UPSTREAM_TLS_CIPHER%",
  "x-flags": "%RESPONSE_FLAGS%",
  "x-details": "%RESPONSE_CODE_DETAILS%",
  "x-failure": "%UPSTREAM_TRANSPORT_FAILURE_REASON%",
} as const;

export const CLUSTER = "backend";
export const EXTENSIONS = "type.googleapis.com/envoy.extensions";

function listener(clusters: readonly Cluster[]): object {
  const connections = {
    "@type": `${EXTENSIONS}.filters.network.http_connection_manager.v3.HttpConnectionManager`,
    stat_prefix: "router",
    route_config: {
      virtual_hosts: [
        {
          name: "api",
          domains: ["*"],
          routes: clusters.map(({ name }) => ({
            match: { path: `/${name}` },
            route: { cluster: name },
          })),
        },
      ],
      response_headers_to_add: Object.entries(TOLD).map(([key, value]) => ({
        header: { key, value },
      })),
    },
    http_filters: [
      {
        name: "envoy.filters.http.router",
        typed_config: { "@type": `${EXTENSIONS}.filters.http.router.v3.Router` },
      },
    ],
  };
  return {
    name: "listener",
    address: socket("127.0.0.1", 0),
    filter_chains: [
      {
        filters: [
          { name: "envoy.filters.network.http_connection_manager", typed_config: connections },
        ],
      },
    ],
  };
}

function cluster({ address, ...upstream }: Upstream): Cluster {
  return {
    name: CLUSTER,
    type: "STATIC",
    connect_timeout: "20s",
    ...reached(CLUSTER, address, tlsContext(upstream)),
  };
}

/** Returns the fields of a cluster for its address, and for TLS. */
export function reached(name: string, address: string, context: object): object {
  const [, ip = "", port = ""] = /^(.*):(\d+)$/.exec(address) ?? [];
  const endpoint = { address: socket(ip, Number(port)) };
  return {
    load_assignment: { cluster_name: name, endpoints: [{ lb_endpoints: [{ endpoint }] }] },
    transport_socket: {
      name: "envoy.transport_sockets.tls",
      typed_config: {
        "@type": `${EXTENSIONS}.transport_sockets.tls.v3.UpstreamTlsContext`,
        ...context,
      },
    },
  };
}

/** Returns the settings for mutual TLS. */
function tlsContext({ host, tls, pair, trust }: Omit<Upstream, "address">): object {
  const isIp = isIpAddress(host);
  return {
    ...(!isIp && { sni: host }),
    common_tls_context: {
      tls_params: {
        tls_minimum_protocol_version: protocol(tls.minimum),
        tls_maximum_protocol_version: protocol(tls.maximum),
        cipher_suites: cipherNames(tls, "openssl"),
      },
      ...(pair && {
        tls_certificates: [
          {
            certificate_chain: { filename: pair.certificate },
            private_key: { filename: pair.key },
          },
        ],
      }),
      validation_context: {
        trusted_ca:
          "file" in trust
            ? { filename: trust.file }
            : { inline_bytes: Buffer.from(trust.pem).toString("base64") },
        match_typed_subject_alt_names: [
          { san_type: isIp ? "IP_ADDRESS" : "DNS", matcher: { exact: host } },
        ],
      },
    },
  };
}

function protocol(version: TlsVersion): string {
  return version.replace("TLS", "TLSv");
}

function socket(address: string, port: number): object {
  return { socket_address: { address, port_value: port } };
}
