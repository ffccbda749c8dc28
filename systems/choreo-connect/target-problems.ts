import { posix } from "node:path";
import { settingsIn } from "../../components/choreo-connect/adapter/given-config";
import {
  ADAPTER_DEFAULTS,
  type AdapterSettings,
} from "../../components/choreo-connect/adapter/settings";
import { reservedVariable } from "../../components/choreo-connect/adapter/variables";
import { globallyTrusted } from "../../components/choreo-connect/gateway";
import { PARTS } from "../../components/choreo-connect/party";
import {
  CONFIG_TOML,
  CONTROL_PLANE_FILES,
  OWN_ANCHOR,
  OWN_PAIR,
  ROUTER_BUNDLE,
  TOKEN_PAIR,
  TRUSTSTORE,
  WSO2_CARBON,
  peerAnchor,
} from "../../components/choreo-connect/paths";
import { keyOf, type Problem } from "../../config/problems";
import { readCertificates } from "../../x509";
import type { ChoreoConnectSettings } from "./settings";

/** An entry in a list of chart values that would undo the wiring. (Guards only stop whole keys.) */
interface Undoing {
  /** Path below `wso2.deployment`. */
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** The part of such an entry that is checked. */
interface Entry {
  readonly mount?: { readonly path?: unknown };
  readonly name?: unknown;
}

/** Finds mounts that would hide Countersign's files, and variables that would override the paths of these files. */
export function undoneByValues(values: Readonly<Record<string, unknown>>): Undoing[] {
  return [...mounts(values), ...ENVIRONMENTS.flatMap((path) => variables(values, path))];
}

function mounts(values: Readonly<Record<string, unknown>>): Undoing[] {
  return listAt(values, ["volumeConfigs"]).flatMap((entry, position) => {
    const path = entry?.mount?.path;
    if (typeof path !== "string" || path === "") return [];
    const folder = posix.normalize(`${path}/`);
    const ours = OUR_MOUNTS.find((own) => `${own}/`.startsWith(folder));
    if (ours === undefined) return [];
    const what = folder === `${ours}/` ? ours : `${ours} in it`;
    const message = `mounts at ${path}, which would hide Countersign's ${what}; mount it elsewhere`;
    return [{ path: ["volumeConfigs", position], message }];
  });
}

/** Paths at which the chart mounts Countersign's files. */
const OUR_MOUNTS: readonly string[] = [
  OWN_PAIR.key,
  OWN_PAIR.certificate,
  TOKEN_PAIR.key,
  TOKEN_PAIR.certificate,
  OWN_ANCHOR,
  ...PARTS.map(peerAnchor),
  ...Object.values(CONTROL_PLANE_FILES).map((file) => `${TRUSTSTORE}/${file}`),
  ROUTER_BUNDLE,
  CONFIG_TOML,
];

/** Lists whose variables are added to the chart's own. If a name occurs several times, the last one counts. */
const ENVIRONMENTS: readonly (readonly string[])[] = [
  ["adapter", "envOverride"],
  ["gatewayRuntime", "enforcer", "envOverride"],
  ["gatewayRuntime", "router", "envOverride"],
];

/** Variables of the images that contain the paths of files (chart choreo-connect 1.2.0-2, templates). */
const OUR_VARIABLES: readonly string[] = [
  ...["ADAPTER", "ENFORCER", "ROUTER"].flatMap((part) => [
    `${part}_PRIVATE_KEY_PATH`,
    `${part}_PUBLIC_CERT_PATH`,
  ]),
  "ADAPTER_CA_CERT_PATH",
  "ENFORCER_CA_CERT_PATH",
  "TRUSTED_CA_CERTS_PATH",
  "ADAPTER_HOST_NAME",
];

function variables(values: Readonly<Record<string, unknown>>, list: readonly string[]): Undoing[] {
  return listAt(values, list).flatMap((entry, position) => {
    const name = typeof entry?.name === "string" ? entry.name : "";
    const reason = OUR_VARIABLES.includes(name)
      ? "which says where to find the certificates that Countersign mounts; remove it"
      : reservedVariable(name);
    if (reason === undefined) return [];
    return [{ path: [...list, position], message: `sets ${name}, ${reason}` }];
  });
}

/** Returns a list below `wso2.deployment`; empty if there is none. */
function listAt(
  values: Readonly<Record<string, unknown>>,
  path: readonly string[],
): readonly (Entry | null)[] {
  let found: unknown = values;
  for (const key of ["wso2", "deployment", ...path]) {
    if (typeof found !== "object" || found === null) return [];
    found = (found as Readonly<Record<string, unknown>>)[key];
  }
  return Array.isArray(found) ? (found as Entry[]) : [];
}

/** Finds contradictions between the adapter's configuration, the user's or the default, and other sections. */
export function adapterInconsistencies(settings: ChoreoConnectSettings): Problem[] {
  const { target } = settings;
  const configToml = target.kind === "kubernetes" ? target.configToml : undefined;
  const read = configToml === undefined ? [ADAPTER_DEFAULTS] : settingsIn(configToml);
  return [...tokens(settings, read), ...bundle(settings, read)];
}

/**
 * Finds an API Manager's certificate that the enforcer cannot use. The enforcer casts the key of the first certificate
 * in the file to an RSA key, and fails at each of the API Manager's tokens if it is another kind of key
 * (wso2/product-microgateway v1.2.0, enforcer, security/jwt/validator/JWTValidator.java).
 */
function tokens(
  { controlPlane }: ChoreoConnectSettings,
  read: readonly AdapterSettings[],
): Problem[] {
  if (controlPlane === undefined) return [];
  const [first] = readCertificates(controlPlane);
  const isUsed = read.some(({ issuers }) =>
    issuers.some(({ certificate, jwksUrl }) => certificate === WSO2_CARBON && jwksUrl === ""),
  );
  if (!isUsed || first === undefined || first.keyAlgorithm.startsWith("RSA")) return [];
  return [
    {
      key: keyOf(["choreoConnect", "controlPlane"]),
      message: `begins with the certificate of ${first.subject.text}, whose key is ${first.keyAlgorithm}: the enforcer checks the API Manager's tokens with the first one, and fails at each token if it is not RSA. Put the certificate with which the API Manager signs tokens first`,
    },
  ];
}

function bundle({ gateway }: ChoreoConnectSettings, read: readonly AdapterSettings[]): Problem[] {
  const other = read.find(({ upstreamTls }) => upstreamTls.bundle !== ROUTER_BUNDLE);
  const names = globallyTrusted(gateway).map(({ name }) => name);
  if (other === undefined || names.length === 0) return [];
  return [
    {
      key: keyOf(["choreoConnect", "target", "kubernetes", "configToml"]),
      message: `sets router.upstream.tls.trustedCertPath to ${JSON.stringify(other.upstreamTls.bundle)}, but the globally trusted CAs of ${names.join(", ")} are at ${ROUTER_BUNDLE}; remove the line`,
    },
  ];
}
