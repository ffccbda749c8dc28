import assert from "node:assert/strict";
import type { V1Container, V1PodTemplateSpec } from "@kubernetes/client-node";
import { parse } from "yaml";
import type { Manifests } from "./helm";

export function serverPod(manifests: Manifests): V1PodTemplateSpec {
  const [name = ""] = manifests.names("Deployment");
  const { spec } = manifests.get("Deployment", name);
  assert.ok(spec);
  return spec.template;
}

export function server(manifests: Manifests): V1Container {
  const [container] = serverPod(manifests).spec?.containers ?? [];
  assert.ok(container);
  return container;
}

/** The volumes of the server by the path of their mount. */
export function mounts(manifests: Manifests) {
  const volumes = new Map(
    serverPod(manifests).spec?.volumes?.map((volume) => [volume.name, volume]),
  );
  return Object.fromEntries(
    server(manifests).volumeMounts?.map((mount) => {
      assert.equal(mount.readOnly, true);
      return [mount.mountPath, volumes.get(mount.name)];
    }) ?? [],
  );
}

export function caFile(secret: string, path: string) {
  return { secret: { name: secret, items: [{ key: "ca.crt", path }] } };
}

export function env(manifests: Manifests): Record<string, string> {
  return manifests.get("ConfigMap", "orchestrator-server-env").data ?? {};
}

export function channelConfig(manifests: Manifests): unknown {
  const { data } = manifests.get("ConfigMap", "orchestrator-server-config");
  return parse(data?.["config.yaml"] ?? "");
}

export function databaseUrl(container: V1Container | undefined): string | undefined {
  return container?.env?.find(({ name }) => name === "ORCHESTRATOR_DATABASE_URL")?.value;
}
