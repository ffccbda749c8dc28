import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import {
  AppsV1Api,
  CoreV1Api,
  KubeConfig,
  type V1Container,
  type V1KeyToPath,
  type V1Volume,
} from "@kubernetes/client-node";

/** The files of a volume by path; of Secrets and ConfigMaps only. */
type Files = ReadonlyMap<string, Buffer>;

/** What a Deployment's first container finds in its file system and its environment, below a folder of ours. */
export class Pod {
  private constructor(
    readonly root: string,
    /** From ConfigMaps, with the paths as they are below the root. */
    readonly environment: Readonly<Record<string, string>>,
    private readonly container: V1Container,
  ) {}

  /** Does the kubelet's work: reads what the Deployment refers to and lays it out as its container mounts it. */
  static async mount(
    kubeconfig: string,
    { namespace, name }: { namespace: string; name: string },
    root: string,
  ): Promise<Pod> {
    const config = new KubeConfig();
    config.loadFromFile(kubeconfig);
    const core = config.makeApiClient(CoreV1Api);
    const deployment = await config.makeApiClient(AppsV1Api).readNamespacedDeployment({ namespace, name });
    const { containers, volumes = [] } = deployment.spec!.template.spec!;
    const [container] = containers;
    const objects = new Objects(core, namespace);
    for (const { name: volume, mountPath, subPath } of container!.volumeMounts ?? []) {
      const files = await filesOf(volumes.find((each) => each.name === volume)!, objects);
      if (subPath === undefined) project(files, join(root, mountPath));
      else write(join(root, mountPath), files.get(subPath)!);
    }
    const variables: Record<string, string> = {};
    for (const { configMapRef } of container!.envFrom ?? []) {
      if (configMapRef?.name === undefined) continue;
      for (const [variable, value] of await objects.configMap(configMapRef.name)) {
        const text = value.toString();
        variables[variable] = text.startsWith("/var/") ? join(root, text) : text;
      }
    }
    return new Pod(root, variables, container!);
  }

  /** A path in the container, as it is here. */
  path(inside: string): string {
    return join(this.root, inside);
  }

  /** The command of the liveness probe, with the paths as they are here. */
  livenessProbe(): string[] {
    const command = this.container.livenessProbe?.exec?.command ?? [];
    return command.map((word) => word.replace(/(?<==)\/var\//, `${this.root}/var/`));
  }
}

class Objects {
  constructor(
    private readonly api: CoreV1Api,
    private readonly namespace: string,
  ) {}

  async secret(name: string): Promise<Files> {
    const { data = {} } = await this.api.readNamespacedSecret({ name, namespace: this.namespace });
    return new Map(Object.entries(data).map(([key, value]) => [key, Buffer.from(value, "base64")]));
  }

  async configMap(name: string): Promise<Files> {
    const { data = {} } = await this.api.readNamespacedConfigMap({ name, namespace: this.namespace });
    return new Map(Object.entries(data).map(([key, value]) => [key, Buffer.from(value)]));
  }
}

async function filesOf({ secret, configMap, projected }: V1Volume, objects: Objects): Promise<Files> {
  if (secret) return selected(await objects.secret(secret.secretName!), secret.items);
  if (configMap) return selected(await objects.configMap(configMap.name!), configMap.items);
  const files = new Map<string, Buffer>();
  for (const source of projected?.sources ?? []) {
    if (!source.secret) throw new Error("only Secrets are expected in projected volumes");
    const { name, items } = source.secret;
    for (const [path, content] of selected(await objects.secret(name!), items)) files.set(path, content);
  }
  return files;
}

function selected(all: Files, items: readonly V1KeyToPath[] | undefined): Files {
  return items ? new Map(items.map(({ key, path }) => [path, all.get(key)!])) : all;
}

/** As the kubelet lays a volume out: files are links, through a link that an update would move, to a folder beside it. */
function project(files: Files, directory: string): void {
  const [current, data] = ["..current", "..data"];
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  symlinkSync(current, join(directory, data));
  for (const [path, content] of files) {
    write(join(directory, current, path), content);
    symlinkSync(join(data, path), join(directory, path));
  }
}

function write(file: string, content: Buffer): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(file, content, { mode: 0o600 });
}
