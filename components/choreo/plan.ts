import { createHash } from "node:crypto";
import { readCertificate } from "../../x509";
import type { Material, Side } from "./places";
import { isCertified, placesIn, sideOf, type Component } from "./project";

/** Content of an entry: a material, the path of its file, or the URL of a server that the component calls. */
type Holds = Material | "path" | "url";

/** A configuration of a component, as a file or as a variable. */
export interface Entry {
  readonly kind: "file" | "environment";
  /** Name of the configuration in the console, as in WSO2's sample. Variables with paths share one. */
  readonly name: string;
  readonly holds: Holds;
  /** Whether to mark it as a secret. */
  readonly secret: boolean;
  /** Mount path of a file. */
  readonly mountPath?: string;
  /** Name of a variable. */
  readonly variable?: string;
  /** Value of a variable that holds a path or a URL. */
  readonly value?: string;
}

/** Returns all configurations of a component, files first. Those that are not known yet are omitted. */
export function entriesOf(component: Component): Entry[] {
  const { client } = component;
  const side = sideOf(component);
  const variables = variablesName(side);
  const files: Entry[] = [];
  const environment: Entry[] = [];
  for (const [material, { mountPath, variable }] of placesIn(component)) {
    const content = { name: nameOf(side, material), holds: material, secret: material === "key" };
    if (mountPath === undefined) {
      environment.push({ kind: "environment", ...content, variable });
      continue;
    }
    files.push({ kind: "file", ...content, mountPath });
    environment.push({
      kind: "environment",
      name: variables,
      holds: "path",
      secret: false,
      variable,
      value: mountPath,
    });
  }
  for (const { variable, url } of client?.calls ?? []) {
    if (url === undefined) continue;
    environment.push({
      kind: "environment",
      name: variables,
      holds: "url",
      secret: false,
      variable,
      value: url,
    });
  }
  return [...files, ...environment].filter(
    ({ holds }) => holds !== "certificate" || isCertified(component),
  );
}

/** A row for people to enter into the console. It is public: of a key it contains only the hash. */
export interface PlanRow extends Entry {
  readonly component: string;
  /** SHA-256 of the content, hex. While it stays the same, nothing must be entered again. */
  readonly sha256: string;
  /** Expiry of the certificate, RFC 3339. */
  readonly notAfter?: string;
}

/** Contents of the rows. The hash of a key reveals nothing of it, as keys are random. */
interface Contents {
  /** The certificate in PEM; undefined until there is one. */
  readonly certificate: string | undefined;
  /** PEM bundle of the CA's generations. */
  readonly ca: string;
  /** SHA-256 of the key's PEM; undefined if the component has no key. */
  readonly keySha256: string | undefined;
}

/** Creates the rows of one component. */
export function planOf(component: Component, contents: Contents): PlanRow[] {
  return entriesOf(component).flatMap((entry) => {
    const sha256 = hashOf(entry, contents);
    if (sha256 === undefined) return [];
    const { certificate } = contents;
    return [
      {
        component: component.name,
        ...entry,
        sha256,
        ...(entry.holds === "certificate" &&
          certificate !== undefined && {
            notAfter: readCertificate(certificate).notAfter.toISOString(),
          }),
      },
    ];
  });
}

export function sha256Of(content: string): string {
  return createHash("sha256").update(content).digest("hex");
}

function hashOf({ holds, value }: Entry, contents: Contents): string | undefined {
  if (holds === "key") return contents.keySha256;
  const content = holds === "path" || holds === "url" ? value : contents[holds];
  return content === undefined ? undefined : sha256Of(content);
}

/** Returns the names used in the sample's readme. */
function nameOf(side: Side, material: Material): string {
  return material === "ca" ? `${side}-ca-certificate` : `${side}-${material}`;
}

function variablesName(side: Side): string {
  return side === "server" ? "tls-cert-env" : "client-tls-cert-env";
}
