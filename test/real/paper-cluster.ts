import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { KubernetesObject } from "@kubernetes/client-node";
import { parse, stringify } from "yaml";
import type { Cluster } from "../../verify/cluster/api";
import { releaseSecretName } from "../../verify/cluster/helm-release";
import { readSubstra, type SubstraOutputs } from "../../systems/substra/outputs";
import type { Helm, Values } from "../integration/charts/helm";
import { base64 } from "../unit/cli/fake-cluster";
import { SUFFIX } from "../components/fake-providers";
import { runStack } from "../components/run-stack";
import { find } from "../components/tree";
import { reveal } from "../components/wire";

/** A stack's deployment on paper: its charts rendered with its values, and the objects that it creates itself. */
export interface PaperDeployment {
  readonly cluster: Cluster;
  readonly outputs: SubstraOutputs;
  /** The rendered objects of each release, by its namespace. */
  readonly rendered: ReadonlyMap<string, readonly KubernetesObject[]>;
}

interface ReleaseInputs {
  readonly chart: string;
  readonly name: string;
  readonly namespace: string;
  readonly values: Values;
}

/**
 * Runs the program with a configuration against providers in this process, which issue real certificates, and renders
 * the releases' charts.
 *
 * @param sections the configuration, whose charts are folders.
 */
export async function deployOnPaper(sections: object, helm: Helm): Promise<PaperDeployment> {
  const { resources, outputs, errors } = await runStack(sections);
  assert.deepEqual(errors, []);
  const objects = new Map<string, object>();
  const rendered = new Map<string, readonly KubernetesObject[]>();
  for (const { type, name, inputs } of resources) {
    const kind = /^kubernetes:core\/v1:(Secret|ConfigMap)$/.exec(type)?.[1];
    if (kind !== undefined) {
      const object = reveal(inputs) as StoredObject;
      const { namespace = "", name: own = name + SUFFIX } = object.metadata ?? {};
      objects.set(`${namespace}/${kind}/${own}`, stored(object));
    }
    if (type === "kubernetes:helm.sh/v3:Release") {
      const release = reveal(inputs) as ReleaseInputs;
      const { name: releaseName, namespace } = release;
      const target = { release: releaseName, namespace };
      const { all } = await helm.template(release.chart, target, release.values);
      rendered.set(namespace, all);
      for (const object of all) {
        const id = `${namespace}/${object.kind ?? ""}/${object.metadata?.name ?? ""}`;
        objects.set(id, stored(object));
      }
      const secret = releaseSecretName(releaseName, 1);
      objects.set(`${namespace}/Secret/${secret}`, releaseSecret(secret, release, all));
    }
  }
  const registered = outputs.get(find(resources, "countersign-test").urn);
  return {
    cluster: paperCluster(objects),
    outputs: substraOf(reveal(registered)),
    rendered,
  };
}

interface StoredObject {
  readonly kind?: string | undefined;
  readonly metadata?: { readonly namespace?: string; readonly name?: string } | undefined;
  readonly stringData?: Values;
  readonly data?: Values;
}

/** Returns an object as the API server would, with a workload's roll-out finished. */
function stored(object: StoredObject): object {
  const { stringData = {}, data, ...rest } = object;
  const encoded = Object.entries(stringData).map(([key, text]) => [key, base64(String(text))]);
  const isSecret = object.kind === "Secret" || encoded.length > 0;
  return {
    ...rest,
    ...(isSecret
      ? { data: { ...data, ...(Object.fromEntries(encoded) as Values) } }
      : data && { data }),
    metadata: { ...object.metadata, generation: 1 },
    status: { observedGeneration: 1, replicas: 1, updatedReplicas: 1, readyReplicas: 1 },
  };
}

function releaseSecret(
  name: string,
  { chart, name: release, namespace }: ReleaseInputs,
  objects: readonly KubernetesObject[],
): object {
  const file = readFileSync(join(chart, "Chart.yaml"), "utf8");
  const { name: chartName, version } = parse(file) as Readonly<Record<"name" | "version", string>>;
  const content = {
    name: release,
    namespace,
    version: 1,
    info: { status: "deployed" },
    chart: { metadata: { name: chartName, version } },
    manifest: objects.map((object) => `---\n${stringify(object)}`).join(""),
  };
  const packed = gzipSync(JSON.stringify(content)).toString("base64");
  return { metadata: { name }, type: "helm.sh/release.v1", data: { release: base64(packed) } };
}

function paperCluster(objects: ReadonlyMap<string, object>): Cluster {
  const get = <T>(kind: string) => {
    return (namespace: string, name: string) =>
      Promise.resolve(objects.get(`${namespace}/${kind}/${name}`) as T | undefined);
  };
  return {
    context: "paper",
    secret: get("Secret"),
    configMap: get("ConfigMap"),
    deployment: get("Deployment"),
    statefulSet: get("StatefulSet"),
    daemonSet: get("DaemonSet"),
    custom: () => Promise.resolve(undefined),
    customs: () => Promise.resolve(undefined),
    close: () => undefined,
  };
}

function substraOf(content: unknown): SubstraOutputs {
  const found = readSubstra({ origin: "the stack", content });
  assert.ok(found);
  return found;
}
