import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { V1Container, V1PodTemplateSpec } from "@kubernetes/client-node";
import { parse } from "yaml";
import { caObjectKind, ORCHESTRATOR_CHART } from "../../../components/substra/charts";
import type { Manifests } from "./helm";
import { mountedVolumes, secretData } from "./objects";

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

export function migrations(manifests: Manifests): V1Container {
  const [name = ""] = manifests.names("Job");
  const [container] = manifests.get("Job", name).spec?.template.spec?.containers ?? [];
  assert.ok(container);
  return container;
}

/** Returns the volumes of the server by the paths of their mounts. */
export function mounts(manifests: Manifests) {
  const container = server(manifests);
  for (const { readOnly } of container.volumeMounts ?? []) assert.equal(readOnly, true);
  return mountedVolumes(serverPod(manifests).spec, container);
}

/** Returns the volume with a CA's file in a version of the chart. */
export function caVolume(version: string, name: string) {
  return caObjectKind(ORCHESTRATOR_CHART, version) === "Secret"
    ? { secret: { secretName: name } }
    : { configMap: { name } };
}

export function caFile(version: string, name: string, path: string) {
  const part = { name, items: [{ key: "ca.crt", path }] };
  return caObjectKind(ORCHESTRATOR_CHART, version) === "Secret"
    ? { secret: part }
    : { configMap: part };
}

export function env(manifests: Manifests): Record<string, string> {
  return manifests.get("ConfigMap", "orchestrator-server-env").data ?? {};
}

export function channelConfig(manifests: Manifests): unknown {
  const { data } = manifests.get("ConfigMap", "orchestrator-server-config");
  return parse(data?.["config.yaml"] ?? "");
}

/** Returns the database's URL that the shell of a container builds from its settings and passes to its program. */
export async function databaseUrl(manifests: Manifests, container: V1Container): Promise<URL> {
  const [shell = "", option = "", script = ""] = container.command ?? [];
  const settings = (container.envFrom ?? []).map(({ configMapRef, secretRef }) =>
    configMapRef
      ? (manifests.get("ConfigMap", configMapRef.name ?? "").data ?? {})
      : secretData(manifests.get("Secret", secretRef?.name ?? "")),
  );
  // The programs are replaced by commands that print the URL that they get.
  const shown = `migrate() { printf %s "$4"; }\n${script.replace("/app/orchestrator", 'printf %s "$ORCHESTRATOR_DATABASE_URL"')}`;
  const environment = Object.assign({ PATH: process.env.PATH }, ...settings) as NodeJS.ProcessEnv;
  const { stdout } = await promisify(execFile)(shell, [option, shown], { env: environment });
  return new URL(stdout);
}
