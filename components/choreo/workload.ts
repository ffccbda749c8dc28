import { basename, dirname } from "node:path/posix";
import { entriesOf, type Entry } from "./entries";
import type { Component } from "./project";

/** The API that we write (openchoreo/openchoreo 0dac083e, api/v1alpha1/workload_types.go). It is not stable yet. */
export const WORKLOAD = { apiVersion: "openchoreo.dev/v1alpha1", kind: "Workload" } as const;

/** Either of the two; the API refuses both. */
type Source =
  | { readonly value: string }
  | {
      readonly valueFrom: {
        readonly secretKeyRef: { readonly name: string; readonly key: string };
      };
    };

export type EnvironmentEntry = { readonly key: string } & Source;
/** Mounted at `mountPath` + "/" + `key`. */
export type FileEntry = { readonly key: string; readonly mountPath: string } & Source;

/** The spec of a Workload, as far as we write it. */
export interface WorkloadSpec {
  readonly owner: { readonly projectName: string; readonly componentName: string };
  readonly endpoints?: Readonly<Record<string, { readonly type: "TCP"; readonly port: number }>>;
  readonly container: {
    readonly image: string;
    readonly env: readonly EnvironmentEntry[];
    readonly files?: readonly FileEntry[];
  };
}

/** What a Workload is made of; no key is among it. */
export interface WorkloadContents {
  readonly project: string;
  readonly image: string;
  readonly certificate: string | undefined;
  readonly ca: string;
  /** Name of the Secret with the key; undefined if the component has none. */
  readonly keySecret: string | undefined;
}

/** Key of a component's private key in its Secret. */
export function keyNameOf({ role }: Pick<Component, "role">): string {
  return `${role}.key`;
}

/** A component as OpenChoreo runs it. TLS goes through to it, so its endpoint is of type TCP. */
export function workloadSpec(component: Component, contents: WorkloadContents): WorkloadSpec {
  const entries = entriesOf(component);
  const files = entries.flatMap((entry) => {
    if (entry.mountPath === undefined) return [];
    const place = { key: basename(entry.mountPath), mountPath: dirname(entry.mountPath) };
    return sourceOf(entry, component, contents).map((source) => ({ ...place, ...source }));
  });
  const env = entries.flatMap((entry) => {
    const { variable } = entry;
    if (variable === undefined) return [];
    return sourceOf(entry, component, contents).map((source) => ({ key: variable, ...source }));
  });
  return {
    owner: { projectName: contents.project, componentName: component.name },
    ...(component.role === "server" &&
      component.url && { endpoints: { https: { type: "TCP", port: component.url.port } } }),
    container: { image: contents.image, env, ...(files.length > 0 && { files }) },
  };
}

function sourceOf(
  { holds, value }: Entry,
  component: Component,
  { certificate, ca, keySecret }: WorkloadContents,
): Source[] {
  if (holds === "key") {
    if (keySecret === undefined) return [];
    return [{ valueFrom: { secretKeyRef: { name: keySecret, key: keyNameOf(component) } } }];
  }
  const content = holds === "certificate" ? certificate : holds === "ca" ? ca : value;
  return content === undefined ? [] : [{ value: content }];
}
