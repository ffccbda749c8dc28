import type { Material, Side } from "./places";
import { isCertified, sideOf, type Component } from "./project";

/** Content of an entry: a material, the path of its file, or the URL of a server that the component calls. */
export type Holds = Material | "path" | "url";

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
  const { places, client } = component;
  const side = sideOf(component);
  const variables = variablesName(side);
  const files: Entry[] = [];
  const environment: Entry[] = [];
  for (const [material, { mountPath, variable }] of places) {
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

/** Returns the names used in the sample's readme. */
function nameOf(side: Side, material: Material): string {
  return material === "ca" ? `${side}-ca-certificate` : `${side}-${material}`;
}

function variablesName(side: Side): string {
  return side === "server" ? "tls-cert-env" : "client-tls-cert-env";
}
