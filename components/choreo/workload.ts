import { basename, dirname } from "node:path/posix";
import { entriesOf, type Entry } from "./entries";
import { KEY_PROPERTY } from "./openchoreo";
import type { Component } from "./project";
import type { WorkloadManifest } from "./workload-manifest";

/** One of the two; the API refuses both. */
type Source<T> =
  | { readonly value: T | string }
  | { readonly valueFrom: { readonly secretKeyRef: { readonly name: T; readonly key: string } } };

type EnvironmentEntry<T> = { readonly key: string } & Source<T>;
/** A file, mounted at `mountPath` + "/" + `key`. */
type FileEntry<T> = { readonly key: string; readonly mountPath: string } & Source<T>;

/** The spec of a Workload: the fields written here, and the others from somebody's manifest. */
export interface WorkloadSpec {
  readonly owner: { readonly projectName: string; readonly componentName: string };
  readonly endpoints?: Readonly<Record<string, unknown>> | undefined;
  readonly container: {
    readonly image: string;
    readonly env: readonly { readonly key: string }[];
    readonly files?: readonly { readonly key: string; readonly mountPath: string }[];
  };
}

/**
 * Contents of a Workload, which do not include private keys.
 *
 * @typeParam T type of texts. In a preview some texts are known only later, while the rest of the Workload is already
 *   known.
 */
export interface WorkloadContents<T> {
  readonly project: string;
  readonly image: string;
  /** The Workload to extend. */
  readonly base?: WorkloadManifest | undefined;
  readonly certificate: T | undefined;
  readonly ca: T;
  /** Name of the SecretReference to the key; undefined if the component has none. */
  readonly keyReference: T | undefined;
}

/**
 * Creates the spec of a component for OpenChoreo. A manifest keeps everything that is not set here; conflicts have been
 * checked before.
 */
export function workloadSpec<T>(component: Component, contents: WorkloadContents<T>): WorkloadSpec {
  const { project, image, base } = contents;
  const { env = [], files = [], ...container } = base?.spec.container ?? {};
  const endpoints = base?.spec.endpoints ?? endpointsOf(component);
  const allFiles = [...files, ...filesOf(component, contents)];
  return {
    ...base?.spec,
    owner: { ...base?.spec.owner, projectName: project, componentName: component.name },
    ...(endpoints && { endpoints }),
    container: {
      ...container,
      image,
      env: [...env, ...environmentOf(component, contents)],
      ...(allFiles.length > 0 && { files: allFiles }),
    },
  };
}

/** TLS is passed through to the component, so its endpoint is of type TCP. */
function endpointsOf({ server }: Component): WorkloadSpec["endpoints"] {
  return server?.url && { https: { type: "TCP", port: server.url.port } };
}

function filesOf<T>(component: Component, contents: WorkloadContents<T>): FileEntry<T>[] {
  return entriesOf(component).flatMap((entry) => {
    if (entry.mountPath === undefined) return [];
    const place = { key: basename(entry.mountPath), mountPath: dirname(entry.mountPath) };
    return sourceOf(entry, contents).map((source) => ({ ...place, ...source }));
  });
}

function environmentOf<T>(
  component: Component,
  contents: WorkloadContents<T>,
): EnvironmentEntry<T>[] {
  return entriesOf(component).flatMap((entry) => {
    const { variable } = entry;
    if (variable === undefined) return [];
    return sourceOf(entry, contents).map((source) => ({ key: variable, ...source }));
  });
}

function sourceOf<T>(
  { holds, value }: Entry,
  { certificate, ca, keyReference }: WorkloadContents<T>,
): Source<T>[] {
  if (holds === "key") {
    if (keyReference === undefined) return [];
    return [{ valueFrom: { secretKeyRef: { name: keyReference, key: KEY_PROPERTY } } }];
  }
  const content = holds === "certificate" ? certificate : holds === "ca" ? ca : value;
  return content === undefined ? [] : [{ value: content }];
}
