import { basename, dirname, join } from "node:path/posix";
import { z } from "zod";
import { holdsPrivateKey } from "../../x509";
import { readManifest } from "../kubernetes/read-manifest";
import { KEY_PROPERTY, WORKLOAD, sharesObject } from "./openchoreo";
import { mountsClash, type Material } from "./places";
import { entriesOf, type Entry } from "./plan";
import { placesIn, type Component } from "./project";

const variableSchema = z.looseObject({ key: z.string() });
const fileSchema = z.looseObject({
  key: z.string(),
  mountPath: z.string(),
  valueFrom: z.unknown().optional(),
});
const containerSchema = z.looseObject({
  image: z.string().min(1).optional(),
  env: z.array(variableSchema).default([]),
  files: z.array(fileSchema).default([]),
});

/** The fields that Countersign's settings could contradict; the others are passed on unchanged. */
const manifestSchema = z.looseObject({
  metadata: z
    .looseObject({ name: z.string().optional(), namespace: z.string().optional() })
    .prefault({}),
  spec: z
    .looseObject({
      owner: z
        .looseObject({ projectName: z.string().optional(), componentName: z.string().optional() })
        .prefault({}),
      endpoints: z.record(z.string(), z.unknown()).optional(),
      container: containerSchema.prefault({}),
    })
    .prefault({}),
});

/** A Workload that somebody wrote, and that is extended. */
export type WorkloadManifest = z.output<typeof manifestSchema>;

/**
 * Reads the manifest of a Workload.
 *
 * @returns the manifest, or the end of a sentence that says why the file cannot be used.
 */
export function readWorkload(path: string): WorkloadManifest | string {
  const read = readManifest(path, { kind: WORKLOAD.kind, apiVersions: [WORKLOAD.apiVersion] });
  if (typeof read === "string") return read;
  // The spec is not secret: many could read it in the state, in previews and in the cluster.
  if (holdsPrivateKey(JSON.stringify(read))) {
    return "holds a private key: put it into the data plane's secret store, refer to it with valueFrom.secretKeyRef and a SecretReference, and replace it, for it has been in a plain file";
  }
  const parsed = manifestSchema.safeParse(read);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  return `is not a Workload that can be extended: ${issue?.path.join(".") ?? ""}: ${issue?.message ?? ""}`;
}

/** Project and namespace of a Workload. */
interface Destination {
  readonly project: string;
  readonly namespace: string;
}

/** Finds settings in a manifest that contradict Countersign's, each as the end of a sentence about the file. */
export function workloadProblems(
  { metadata, spec }: WorkloadManifest,
  component: Component,
  { project, namespace }: Destination,
): string[] {
  const fixed = (
    [
      ["metadata.name", metadata.name, component.name, "the component"],
      ["metadata.namespace", metadata.namespace, namespace, "choreo.target.openchoreo.namespace"],
      ["spec.owner.projectName", spec.owner.projectName, project, "choreo.project"],
      ["spec.owner.componentName", spec.owner.componentName, component.name, "the component"],
    ] as const
  ).flatMap(([path, found, own, whose]) =>
    found === undefined || found === own
      ? []
      : [`has ${path} "${found}", but ${whose} is "${own}": remove it there`],
  );
  return [
    ...fixed,
    ...variableClashes(spec.container.env, component),
    ...fileClashes(spec.container.files, component),
  ];
}

/** The spec of a Workload: the fields written here, and the others from somebody's manifest. */
interface WorkloadSpec {
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
interface WorkloadContents<T> {
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

function variableClashes(env: readonly { key: string }[], component: Component): string[] {
  const own = new Map([
    ...placesIn(component).map(
      ([material, { variable: name }]) => [name, `variables.${material}`] as const,
    ),
    ...(component.client?.calls ?? []).map(
      ({ callee, variable: name }) => [name, `client.calls.${callee}`] as const,
    ),
  ]);
  return env.flatMap(({ key }) => {
    const owner = own.get(key);
    if (owner === undefined) return [];
    return [
      `has the variable ${key} in spec.container.env, which is that of ${owner}: remove it there, or give ${owner} another name`,
    ];
  });
}

type ManifestFile = z.output<typeof fileSchema>;

function fileClashes(files: readonly ManifestFile[], component: Component): string[] {
  return files.flatMap((each) => {
    const path = join(each.mountPath, each.key);
    for (const [material, { mountPath: own }] of placesIn(component)) {
      const why = own === undefined ? undefined : clash(each, path, material, own);
      if (why !== undefined) {
        return [
          `has a file at ${path} in spec.container.files, which ${why}: remove it there, or give mounts.${material} another path`,
        ];
      }
    }
    return [];
  });
}

function clash(
  { key, valueFrom }: ManifestFile,
  path: string,
  material: Material,
  own: string,
): string | undefined {
  if (mountsClash(own, path)) return `clashes with ${own} of mounts.${material}`;
  const isSameKind = (material === "key") === (valueFrom !== undefined);
  if (!isSameKind || !sharesObject(key, basename(own))) return undefined;
  return `OpenChoreo cannot tell from ${own} of mounts.${material}, because it ignores the folders of files`;
}

/** One of the two; the API refuses both. */
type Source<T> =
  | { readonly value: T | string }
  | { readonly valueFrom: { readonly secretKeyRef: { readonly name: T; readonly key: string } } };

type EnvironmentEntry<T> = { readonly key: string } & Source<T>;
/** A file, mounted at `mountPath` + "/" + `key`. */
type FileEntry<T> = { readonly key: string; readonly mountPath: string } & Source<T>;

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
