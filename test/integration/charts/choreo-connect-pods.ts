import assert from "node:assert/strict";
import type { V1Container, V1PodTemplateSpec } from "@kubernetes/client-node";
import type { Manifests } from "./helm";

export const target = { release: "gateway", namespace: "wso2" };
/** Start of every object's name. */
export const fullname = "gateway-choreo-connect";

export const COMPONENTS = ["adapter", "enforcer", "router"] as const;
export type Component = (typeof COMPONENTS)[number];

export function podOf(manifests: Manifests, pod: string): V1PodTemplateSpec {
  const template = manifests.get("Deployment", `${fullname}-${pod}`).spec?.template;
  assert.ok(template);
  return template;
}

function podWith(manifests: Manifests, component: Component): V1PodTemplateSpec {
  return podOf(manifests, component === "adapter" ? "adapter" : "gateway-runtime");
}

export function containerOf(manifests: Manifests, component: Component): V1Container {
  const containers = podWith(manifests, component).spec?.containers ?? [];
  const found = containers.find(({ name }) => name === `choreo-connect-${component}`);
  assert.ok(found);
  return found;
}

/** The value that a process sees: the last of a name. */
export function variable(
  manifests: Manifests,
  component: Component,
  name: string,
): string | undefined {
  return containerOf(manifests, component).env?.findLast((each) => each.name === name)?.value;
}

/** Files of Secrets in a container, each as `<Secret>/<key>` by its path. */
export function securityFiles(manifests: Manifests, component: Component): Record<string, string> {
  const volumes = podWith(manifests, component).spec?.volumes ?? [];
  const files = (containerOf(manifests, component).volumeMounts ?? []).flatMap((mount) => {
    const secret = volumes.find(({ name }) => name === mount.name)?.secret?.secretName;
    if (secret === undefined) return [];
    assert.equal(mount.readOnly, true);
    return [[mount.mountPath, `${secret}/${mount.subPath ?? ""}`] as const];
  });
  assert.equal(new Set(files.map(([path]) => path)).size, files.length);
  return Object.fromEntries(files);
}
