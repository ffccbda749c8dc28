import { join } from "node:path";
import {
  AppsV1Api,
  CoreV1Api,
  KubeConfig,
  type V1Container,
  type V1KeyToPath,
  type V1Volume,
} from "@kubernetes/client-node";
import { need } from "./need";
import { layOut, writeMounted, type Files } from "./volume";

/**
 * Environment and files of a Deployment's first container, below a folder of the tests.
 *
 * `countersign verify` has its own reader, which must not be tested with itself.
 */
export class Pod {
  private constructor(
    /** Variables from ConfigMaps, with paths below the folder. */
    readonly environment: Readonly<Record<string, string>>,
    /** Command of the liveness probe, with paths below the folder. */
    readonly livenessProbe: readonly string[],
  ) {}

  /** Does the kubelet's work: reads the objects of the Deployment and lays them out as its container mounts them. */
  static async mount(
    kubeconfig: string,
    { namespace, name }: { namespace: string; name: string },
    root: string,
  ): Promise<Pod> {
    const config = new KubeConfig();
    config.loadFromFile(kubeconfig);
    const core = config.makeApiClient(CoreV1Api);
    const deployment = await config
      .makeApiClient(AppsV1Api)
      .readNamespacedDeployment({ namespace, name });
    const pod = need(deployment.spec?.template.spec, `pod in ${namespace}/${name}`);
    const container = need(pod.containers[0], `container in ${namespace}/${name}`);
    const objects = new Objects(core, namespace);
    for (const { name: volume, mountPath, subPath } of container.volumeMounts ?? []) {
      const mounted = pod.volumes?.find((each) => each.name === volume);
      const files = await filesOf(need(mounted, `volume ${volume}`), objects);
      if (subPath === undefined) layOut(files, join(root, mountPath));
      else writeMounted(join(root, mountPath), need(files.get(subPath), subPath));
    }
    return new Pod(
      await variables(container, objects, root),
      (container.livenessProbe?.exec?.command ?? []).map((word) =>
        word.replace(/(?<==)\/var\//, `${root}/var/`),
      ),
    );
  }

  variable(name: string): string {
    return need(this.environment[name], `variable ${name}`);
  }
}

async function variables(
  { envFrom = [] }: V1Container,
  objects: Objects,
  root: string,
): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const { configMapRef } of envFrom) {
    if (!configMapRef) continue;
    for (const [name, content] of await objects.configMap(configMapRef.name)) {
      const text = content.toString();
      found[name] = text.startsWith("/var/") ? join(root, text) : text;
    }
  }
  return found;
}

class Objects {
  constructor(
    private readonly api: CoreV1Api,
    private readonly namespace: string,
  ) {}

  async secret(name: string | undefined): Promise<Files> {
    const { data = {} } = await this.api.readNamespacedSecret({
      name: need(name, "name of a Secret"),
      namespace: this.namespace,
    });
    return new Map(Object.entries(data).map(([key, value]) => [key, Buffer.from(value, "base64")]));
  }

  async configMap(name: string | undefined): Promise<Files> {
    const { data = {} } = await this.api.readNamespacedConfigMap({
      name: need(name, "name of a ConfigMap"),
      namespace: this.namespace,
    });
    return new Map(Object.entries(data).map(([key, value]) => [key, Buffer.from(value)]));
  }
}

async function filesOf(
  { secret, configMap, projected }: V1Volume,
  objects: Objects,
): Promise<Files> {
  if (secret) return selected(await objects.secret(secret.secretName), secret.items);
  if (configMap) return selected(await objects.configMap(configMap.name), configMap.items);
  const files = new Map<string, Buffer>();
  for (const source of projected?.sources ?? []) {
    if (!source.secret) throw new Error("only Secrets are expected in projected volumes");
    const { name, items } = source.secret;
    for (const [path, content] of selected(await objects.secret(name), items))
      files.set(path, content);
  }
  return files;
}

function selected(all: Files, items: readonly V1KeyToPath[] | undefined): Files {
  return items ? new Map(items.map(({ key, path }) => [path, need(all.get(key), key)])) : all;
}
