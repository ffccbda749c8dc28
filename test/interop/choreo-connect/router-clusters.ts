import { need } from "../need";
import { placed, type Container } from "./containers";
import { EXTENSIONS, reached, type Cluster } from "./envoy-config";

const PEERS = {
  adapter: "ADAPTER_CA_CERT_PATH",
  enforcer: "ENFORCER_CA_CERT_PATH",
} as const;

/**
 * Returns the cluster with which a router calls one of the other parts (v1.2.0,
 * router/src/main/resources/envoy.yaml.template): with TLS 1.2, and without checking the names in the certificate.
 *
 * @param options `isSilent` if it shows no certificate, which no router is configured for.
 */
export function peerCluster(
  name: string,
  router: Container,
  peer: keyof typeof PEERS,
  address: string,
  { isSilent = false } = {},
): Cluster {
  const variable = (each: string) => need(router.environment[each], each);
  const context = {
    common_tls_context: {
      tls_params: {
        tls_minimum_protocol_version: "TLSv1_2",
        tls_maximum_protocol_version: "TLSv1_2",
      },
      ...(!isSilent && {
        tls_certificates: [
          {
            private_key: { filename: variable("ROUTER_PRIVATE_KEY_PATH") },
            certificate_chain: { filename: variable("ROUTER_PUBLIC_CERT_PATH") },
          },
        ],
      }),
      validation_context: { trusted_ca: { filename: variable(PEERS[peer]) } },
    },
  };
  const http = `${EXTENSIONS}.upstreams.http.v3.HttpProtocolOptions`;
  const made = {
    name,
    type: "STATIC",
    connect_timeout: "20s",
    typed_extension_protocol_options: {
      "envoy.extensions.upstreams.http.v3.HttpProtocolOptions": {
        "@type": http,
        explicit_http_config: { http2_protocol_options: {} },
      },
    },
    ...reached(name, address, context),
  };
  return placed(made, router);
}

/** Request of a gRPC call with an empty message. */
export const GRPC: RequestInit = {
  method: "POST",
  headers: { "content-type": "application/grpc", te: "trailers" },
  body: Buffer.alloc(5),
};
