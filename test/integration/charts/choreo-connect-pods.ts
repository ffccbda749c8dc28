import assert from "node:assert/strict";
import type { V1Container, V1PodTemplateSpec } from "@kubernetes/client-node";
import {
  readSettings,
  tokenPairProblem,
  type AdapterSettings,
} from "../../../components/choreo-connect/adapter/settings";
import { shapeProblem } from "../../../components/choreo-connect/adapter/shape";
import { readToml, type TomlTable } from "../../../components/choreo-connect/adapter/toml";
import { containerOf as containerNameOf, fullName } from "../../../components/choreo-connect/chart";
import { PARTS, type Part } from "../../../components/choreo-connect/party";
import type { Manifests } from "./helm";

export const target = { release: "gateway", namespace: "wso2" };
/** Prefix of every object's name. */
export const fullname = fullName(target.release);

export const COMPONENTS = PARTS;
export type Component = Part;

/** Returns the Deployment with a part's pods. Router and enforcer share a pod. */
export function deploymentOf(full: string, part: Part): string {
  return `${full}-${part === "adapter" ? part : "gateway-runtime"}`;
}

/** Returns the ConfigMap with the adapter's configuration, which has it under {@link CONFIG_TOML_KEY}. */
export function configTomlOf(full: string): string {
  return `${full}-adapter-config-toml`;
}
const CONFIG_TOML_KEY = "config.toml";

export function podOf(manifests: Manifests, component: Component): V1PodTemplateSpec {
  const name = deploymentOf(fullname, component);
  const template = manifests.get("Deployment", name).spec?.template;
  assert.ok(template);
  return template;
}

export function containerOf(manifests: Manifests, component: Component): V1Container {
  const containers = podOf(manifests, component).spec?.containers ?? [];
  const found = containers.find(({ name }) => name === containerNameOf(component));
  assert.ok(found);
  return found;
}

/** Returns the value of a variable that a process sees, which is the last one of its name. */
export function variable(
  manifests: Manifests,
  component: Component,
  name: string,
): string | undefined {
  return containerOf(manifests, component).env?.findLast((each) => each.name === name)?.value;
}

/** Returns the files of Secrets in a container, each as `<Secret>/<key>` by its path. */
export function securityFiles(manifests: Manifests, component: Component): Record<string, string> {
  const volumes = podOf(manifests, component).spec?.volumes ?? [];
  const files = (containerOf(manifests, component).volumeMounts ?? []).flatMap((mount) => {
    const secret = volumes.find(({ name }) => name === mount.name)?.secret?.secretName;
    if (secret === undefined) return [];
    assert.equal(mount.readOnly, true);
    return [[mount.mountPath, `${secret}/${mount.subPath ?? ""}`] as const];
  });
  assert.equal(new Set(files.map(([path]) => path)).size, files.length);
  return Object.fromEntries(files);
}

/** Returns the adapter's rendered configuration. */
export function configTomlIn(manifests: Manifests): string {
  const text = manifests.get("ConfigMap", configTomlOf(fullname)).data?.[CONFIG_TOML_KEY];
  assert.ok(text !== undefined);
  return text;
}

/** Returns the adapter's configuration as the adapter reads it, and asserts that it can. */
export function configIn(manifests: Manifests): TomlTable {
  const config = readToml(configTomlIn(manifests));
  assert.ok("entries" in config, JSON.stringify(config));
  assert.equal(shapeProblem(config) ?? tokenPairProblem(config), undefined);
  return config;
}

/** Returns the adapter's settings from its configuration and its variables. */
export function settingsIn(manifests: Manifests): AdapterSettings {
  const variables = containerOf(manifests, "adapter").env ?? [];
  return readSettings(
    configIn(manifests),
    new Map(variables.map(({ name, value = "" }) => [name, value])),
  );
}
