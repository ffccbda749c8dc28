/** What a component is given: its certificate, the key of it, and the CAs that it trusts. */
export const MATERIALS = ["certificate", "key", "ca"] as const;
export type Material = (typeof MATERIALS)[number];

/**
 * How it is given: as files, whose paths stand in variables, or as variables that hold the PEM itself.
 */
export const DELIVERIES = ["files", "environment"] as const;
export type Delivery = (typeof DELIVERIES)[number];

/** Something for each material. */
export type PerMaterial<T> = Readonly<Record<Material, T>>;

/** The side of the sample by which a component's files and configurations are called. */
export type Side = "server" | "client";

/** Paths of WSO2's sample (wso2/choreo-samples docker-service-to-service-mtls at a5229767, readme). */
export function usualMounts(side: Side): PerMaterial<string> {
  return {
    certificate: `/tls/${side}.crt`,
    key: `/tls/${side}.key`,
    ca: "/tls/ca.crt",
  };
}

/** Variables of the sample for paths; it has none for content, whose names are ours. */
export function usualVariables(delivery: Delivery): PerMaterial<string> {
  return delivery === "files"
    ? { certificate: "CERT_FILE_PATH", key: "KEY_FILE_PATH", ca: "CA_CERT_FILE_PATH" }
    : { certificate: "TLS_CERT", key: "TLS_KEY", ca: "TLS_CA_CERT" };
}

/** Says why a path is none at which a file can be mounted: the end of a sentence, or undefined. */
export function mountProblem(path: string): string | undefined {
  if (!path.startsWith("/")) return "is relative";
  if (path.endsWith("/")) return "has no file name";
  const parts = path.slice(1).split("/");
  if (parts.some((part) => part === "" || part === "." || part === "..")) {
    return "has an empty part, . or ..";
  }
  // The name becomes a key of a Workload's files, and a file below the folder of an export.
  return /^[\w./-]+$/.test(path)
    ? undefined
    : "has characters other than letters, digits, ._- and /";
}

/** Whether two files cannot both be there: they are one, or one would be the other's folder. */
export function mountsClash(one: string, other: string): boolean {
  return one === other || one.startsWith(`${other}/`) || other.startsWith(`${one}/`);
}
