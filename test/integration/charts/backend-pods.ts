import assert from "node:assert/strict";
import type { V1Container, V1PodTemplateSpec } from "@kubernetes/client-node";
import lt from "semver/functions/lt";
import { BACKEND_CHART, caObjectKind } from "../../../components/substra/charts";
import type { Manifests } from "./helm";
import { mountedVolumes } from "./objects";

export const target = { release: "backend", namespace: "org1" };
export const fullname = "backend-substra-backend";

/** A component with its own pods. */
export interface Component {
  readonly name: string;
  readonly kind: "Deployment" | "StatefulSet";
  /** @default - the component's name */
  readonly container?: string;
  /** Whether it has the files of the orchestrator's TLS. @default true */
  readonly tls?: boolean;
}

const COMPONENTS: readonly Component[] = [
  { name: "api-events", kind: "Deployment", container: "api-event-app" },
  { name: "builder", kind: "StatefulSet" },
  { name: "scheduler", kind: "Deployment" },
  { name: "scheduler-worker", kind: "Deployment", tls: false },
  { name: "server", kind: "Deployment" },
  { name: "worker", kind: "StatefulSet" },
  { name: "worker-events", kind: "Deployment", container: "worker-event-app" },
];

/**
 * Returns the components of a version. Builders have been separate from workers since 24.0.0
 * (templates/statefulset-builder.yaml).
 */
export function componentsOf(version: string): readonly Component[] {
  return lt(version, "24.0.0") ? COMPONENTS.filter(({ name }) => name !== "builder") : COMPONENTS;
}

export function component(name: string): Component {
  const found = COMPONENTS.find((each) => each.name === name);
  assert.ok(found);
  return found;
}

export function podOf(manifests: Manifests, { kind, name }: Component): V1PodTemplateSpec {
  const { spec } = manifests.get(kind, `${fullname}-${name}`);
  assert.ok(spec);
  return spec.template;
}

export function containerOf(manifests: Manifests, each: Component): V1Container {
  const [container] = podOf(manifests, each).spec?.containers ?? [];
  assert.ok(container);
  return container;
}

/** Returns the sources of the orchestrator's TLS files, by their folders. */
export function tlsMounts(manifests: Manifests, each: Component) {
  const volumes = Object.entries(
    mountedVolumes(podOf(manifests, each).spec, containerOf(manifests, each)),
  );
  return Object.fromEntries(
    volumes
      .filter(([, volume]) => volume?.name.startsWith("orchestrator-tls-"))
      .map(([path, volume]) => [path, volume?.secret ?? volume?.configMap]),
  );
}

/** Returns the volume source of a CA in a version of the chart. */
export function caSource(version: string, name: string) {
  return caObjectKind(BACKEND_CHART, version) === "Secret" ? { secretName: name } : { name };
}

export function orchestratorConfig(manifests: Manifests): Record<string, string> {
  return manifests.get("ConfigMap", `${fullname}-orchestrator`).data ?? {};
}

/** Returns the components whose pods differ between two renderings. */
export function rolled(version: string, before: Manifests, after: Manifests): string[] {
  const isRolled = (each: Component) =>
    JSON.stringify(podOf(before, each)) !== JSON.stringify(podOf(after, each));
  return componentsOf(version)
    .filter(isRolled)
    .map(({ name }) => name);
}
