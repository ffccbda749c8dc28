import { posix } from "node:path";
import { CONTROL_PLANE_FILES } from "../components/choreo-connect/trust";

/** Something in a list of chart values that would undo the wiring: a guard stops whole keys only. */
interface Undoing {
  /** Below `wso2.deployment`. */
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** Of an entry of such a list, what we look at. */
interface Entry {
  readonly mount?: { readonly path?: unknown };
  readonly name?: unknown;
}

/** Mounts over what is mounted, and variables in the place of those that say where it is. */
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

const SECURITY = "/home/wso2/security";

/** Paths that the chart mounts what is ours at (chart choreo-connect 1.2.0-2, templates). */
const OUR_MOUNTS: readonly string[] = [
  ...["mg.key", "mg.pem", "backend-jwt.key", "backend-jwt.pem"].map(
    (file) => `${SECURITY}/keystore/${file}`,
  ),
  ...["mg.pem", "adapter-ca-cert.pem", "enforcer-ca-cert.pem", "router-ca-cert.pem"].map(
    (file) => `${SECURITY}/truststore/${file}`,
  ),
  ...Object.values(CONTROL_PLANE_FILES).map((file) => `${SECURITY}/truststore/${file}`),
  "/etc/ssl/certs/ca-certificates.crt",
  "/home/wso2/conf/config.toml",
];

/** Where variables are added to the chart's own; the last of a name counts. */
const ENVIRONMENTS: readonly (readonly string[])[] = [
  ["adapter", "envOverride"],
  ["gatewayRuntime", "enforcer", "envOverride"],
  ["gatewayRuntime", "router", "envOverride"],
];

/** Variables of the images that say which files are whose (chart choreo-connect 1.2.0-2, templates). */
const OUR_VARIABLES: readonly string[] = [
  ...["ADAPTER", "ENFORCER", "ROUTER"].flatMap((part) => [
    `${part}_PRIVATE_KEY_PATH`,
    `${part}_PUBLIC_CERT_PATH`,
  ]),
  ...["ADAPTER_CA_CERT_PATH", "ENFORCER_CA_CERT_PATH", "TRUSTED_CA_CERTS_PATH"],
  "ADAPTER_HOST_NAME",
];

function variables(values: Readonly<Record<string, unknown>>, list: readonly string[]): Undoing[] {
  return listAt(values, list).flatMap((entry, position) => {
    const name = OUR_VARIABLES.find((own) => own === entry?.name);
    if (name === undefined) return [];
    const message = `sets ${name}, by which the certificates that Countersign mounts are found; remove it`;
    return [{ path: [...list, position], message }];
  });
}

/** A list below `wso2.deployment`; empty if there is none. */
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
