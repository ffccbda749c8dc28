import { basename, join } from "node:path/posix";
import { z } from "zod";
import { holdsPrivateKey } from "../../x509";
import { readManifest } from "../kubernetes/read-manifest";
import { WORKLOAD, sharesObject } from "./openchoreo";
import { mountsClash, type Material } from "./places";
import type { Component } from "./project";

const variable = z.looseObject({ key: z.string() });
const file = z.looseObject({
  key: z.string(),
  mountPath: z.string(),
  valueFrom: z.unknown().optional(),
});
const container = z.looseObject({
  image: z.string().min(1).optional(),
  env: z.array(variable).default([]),
  files: z.array(file).default([]),
});

/** The fields that Countersign's settings could contradict; the others are passed on unchanged. */
const manifest = z.looseObject({
  metadata: z
    .looseObject({ name: z.string().optional(), namespace: z.string().optional() })
    .prefault({}),
  spec: z
    .looseObject({
      owner: z
        .looseObject({ projectName: z.string().optional(), componentName: z.string().optional() })
        .prefault({}),
      endpoints: z.record(z.string(), z.unknown()).optional(),
      container: container.prefault({}),
    })
    .prefault({}),
});

/** A Workload that somebody wrote, and that is extended. */
export type WorkloadManifest = z.output<typeof manifest>;

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
  const parsed = manifest.safeParse(read);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  return `is not a Workload that can be extended: ${issue?.path.join(".") ?? ""}: ${issue?.message ?? ""}`;
}

/** Project and namespace of a Workload. */
export interface Destination {
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

function variableClashes(env: readonly { key: string }[], component: Component): string[] {
  const own = new Map([
    ...[...component.places].map(
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

type ManifestFile = z.output<typeof file>;

function fileClashes(files: readonly ManifestFile[], { places }: Component): string[] {
  return files.flatMap((each) => {
    const path = join(each.mountPath, each.key);
    for (const [material, { mountPath: own }] of places) {
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
  return `OpenChoreo cannot tell from ${own} of mounts.${material}, because it goes by names of files without their folders`;
}
