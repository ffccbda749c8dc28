/** Materials of a component: its certificate, the certificate's key, and the CAs that it trusts. */
export const MATERIALS = ["certificate", "key", "ca"] as const;
export type Material = (typeof MATERIALS)[number];

/** Ways to deliver materials: as files whose paths are in variables, or as variables that contain the PEM itself. */
export const DELIVERIES = ["files", "environment"] as const;
export type Delivery = (typeof DELIVERIES)[number];

/** One value per material. */
export type PerMaterial<T> = Readonly<Record<Material, T>>;

/** The side of the sample after which a component's files and configurations are named. */
export type Side = "server" | "client";

/** Paths of WSO2's sample (wso2/choreo-samples docker-service-to-service-mtls at a5229767, readme). */
export function usualMounts(side: Side): PerMaterial<string> {
  return {
    certificate: `/tls/${side}.crt`,
    key: `/tls/${side}.key`,
    ca: "/tls/ca.crt",
  };
}

/** Variables for paths, from the sample. It has none for content; those names are Countersign's. */
export function usualVariables(delivery: Delivery): PerMaterial<string> {
  return delivery === "files"
    ? { certificate: "CERT_FILE_PATH", key: "KEY_FILE_PATH", ca: "CA_CERT_FILE_PATH" }
    : { certificate: "TLS_CERT", key: "TLS_KEY", ca: "TLS_CA_CERT" };
}

/** Describes why no file can be mounted at a path, as the end of a sentence; undefined if one can. */
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

/** Whether two files cannot both exist: they are the same, or one would be a folder of the other. */
export function mountsClash(one: string, other: string): boolean {
  return one === other || one.startsWith(`${other}/`) || other.startsWith(`${one}/`);
}
