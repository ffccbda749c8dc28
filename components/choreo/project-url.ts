import { isDnsName } from "../../x509";

/** Address of a component inside its project, as Choreo's console shows it. */
export interface ProjectUrl {
  readonly host: string;
  readonly port: number;
  /** Path with its leading slash; empty if there is none. */
  readonly path: string;
}

const FORM =
  /^(?<scheme>[a-z][a-z\d+.-]*):\/\/(?<host>[^/:?#@]*)(?::(?<port>\d*))?(?<path>\/[^?#]*)?$/i;

/**
 * Reads a project URL. The URL standard's parser is not used because it drops the default port of a scheme.
 *
 * @returns the URL, or the end of a sentence that says why the text is not a project URL.
 */
export function readProjectUrl(text: string): ProjectUrl | string {
  const { scheme = "", host = "", port = "", path = "" } = FORM.exec(text)?.groups ?? {};
  if (scheme === "") return "is not a URL";
  if (!/^https?$/.test(scheme)) return `has the scheme ${scheme}`;
  if (host === "") return "has no host";
  if (!isDnsName(host)) return "has a host that is not a DNS name in lower case";
  if (port === "") return "has no port";
  if (Number(port) < 1 || Number(port) > 65535) return `has the port ${port}`;
  return { host, port: Number(port), path };
}

/**
 * The URL that clients dial. The console shows http, whatever the server speaks (wso2/choreo-samples
 * docker-service-to-service-mtls, readme): the scheme is replaced, port and path stay.
 */
export function httpsUrl({ host, port, path }: ProjectUrl): string {
  return `https://${host}:${port}${path}`;
}
