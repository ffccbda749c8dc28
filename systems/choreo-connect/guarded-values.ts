import { posix } from "node:path";
import { reservedVariable } from "../../components/choreo-connect/adapter/variables";
import { PARTS } from "../../components/choreo-connect/party";
import {
  CONFIG_TOML,
  CONTROL_PLANE_FILES,
  OWN_ANCHOR,
  OWN_PAIR,
  ROUTER_BUNDLE,
  TOKEN_PAIR,
  TRUSTSTORE,
  peerAnchor,
} from "../../components/choreo-connect/paths";

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
  ...[OWN_PAIR.key, OWN_PAIR.certificate, TOKEN_PAIR.key, TOKEN_PAIR.certificate],
  ...[OWN_ANCHOR, ...PARTS.map(peerAnchor)],
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
  ...["ADAPTER_CA_CERT_PATH", "ENFORCER_CA_CERT_PATH", "TRUSTED_CA_CERTS_PATH"],
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
