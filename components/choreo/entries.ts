import type { Material, Side } from "./places";
import { isCertified, sideOf, type Component } from "./project";

/** What an entry holds: a material's content, the path of its file, or the URL of a server that it calls. */
export type Holds = Material | "path" | "url";

/** A configuration of a component, as a file or as a variable. */
export interface Entry {
  readonly kind: "file" | "environment";
  /** Name of the configuration in the console; those of WSO2's sample. Variables with paths share one. */
  readonly name: string;
  readonly holds: Holds;
  /** Whether it is to be marked as a secret. */
  readonly secret: boolean;
  /** Of a file. */
  readonly mountPath?: string;
  /** Of a variable. */
  readonly variable?: string;
  /** What a variable holds, where that is a path or a URL. */
  readonly value?: string;
}

/** All that a component is given, files first. What is not known yet is not there. */
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
      ...{ kind: "environment", name: variables, holds: "path", secret: false },
      ...{ variable, value: mountPath },
    });
  }
  for (const { variable, url } of client?.calls ?? []) {
    if (url === undefined) continue;
    environment.push({
      ...{ kind: "environment", name: variables, holds: "url", secret: false },
      ...{ variable, value: url },
    });
  }
  return [...files, ...environment].filter(
    ({ holds }) => holds !== "certificate" || isCertified(component),
  );
}

/** As the sample's readme calls them. */
function nameOf(side: Side, material: Material): string {
  return material === "ca" ? `${side}-ca-certificate` : `${side}-${material}`;
}

function variablesName(side: Side): string {
  return side === "server" ? "tls-cert-env" : "client-tls-cert-env";
}
