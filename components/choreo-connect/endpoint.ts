import { canonicalIpAddress, isDnsName } from "../../x509";

/** The URL at which an API calls a backend. */
export interface Endpoint {
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
