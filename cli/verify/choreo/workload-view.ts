import { join } from "node:path/posix";
import { z } from "zod";
import { sha256Of } from "../../../components/choreo/plan";
import { holdsPrivateKey } from "../../../x509";
import type { Row } from "../../choreo/outputs";
import type { Checklist } from "../../check";
import type { Cluster } from "../../cluster/api";
import { REPAIR } from "../todo";
import type { ComponentView } from "./component-view";
import { TODO } from "./todo";

const source = {
  value: z.string().optional(),
  valueFrom: z
    .object({ secretKeyRef: z.object({ name: z.string(), key: z.string() }).optional() })
    .optional(),
};
const workload = z.object({
  spec: z.object({
    container: z.object({
      env: z.array(z.object({ key: z.string(), ...source })).default([]),
      files: z.array(z.object({ key: z.string(), mountPath: z.string(), ...source })).default([]),
    }),
  }),
});

/** Where a Workload is. */
export interface WorkloadPlace {
  readonly apiVersion: string;
  readonly namespace: string;
  readonly name: string;
}

interface Entry {
  /** Variable or path. */
  readonly at: string;
  readonly value?: string | undefined;
  readonly valueFrom?: { readonly secretKeyRef?: SecretKeyRef | undefined } | undefined;
}

interface SecretKeyRef {
  readonly name: string;
  readonly key: string;
}

/**
 * What a component finds when OpenChoreo starts it: its Workload as it is in the cluster, with Secrets in place of the references
 * to them.
 *
 * @returns undefined if there is none; that is said then.
 */
export async function workloadView(
  cluster: Cluster,
  { apiVersion, namespace, name }: WorkloadPlace,
  plan: readonly Row[],
  list: Checklist,
): Promise<ComponentView | undefined> {
  const origin = `Workload ${namespace}/${name}`;
  const found = await cluster.custom(apiVersion, "workloads", namespace, name);
  if (found === undefined) {
    list.fail("release", `${origin} does not exist.`, REPAIR.release);
    return undefined;
  }
  const parsed = workload.safeParse(found);
  if (!parsed.success) {
    list.fail("release", `${origin} is not in the form of ${apiVersion}.`, TODO.workload);
    return undefined;
  }
  list.pass("release", `${origin} is there`);
  const { env, files } = parsed.data.spec.container;
  const read = new Secrets(cluster, namespace);
  const view: ComponentView = {
    ...{ origin, todo: TODO.workload },
    environment: await read.all(env.map(({ key, ...rest }) => ({ at: key, ...rest }))),
    files: await read.all(
      files.map(({ key, mountPath, ...rest }) => ({ at: join(mountPath, key), ...rest })),
    ),
  };
  list.judge(
    "mounted-objects",
    [...read.missing],
    "the Secrets to which its Workload refers are there",
    REPAIR.objects,
  );
  checkPlain(list, origin, [
    ...env.map(({ key, value }) => [`the variable ${key}`, value] as const),
    ...files.map(({ key, value }) => [`the file ${key}`, value] as const),
  ]);
  list.judge(
    "drift",
    driftOf(view, plan),
    "its Workload gives it what the stack did",
    TODO.workload,
  );
  return view;
}

/** Resolves references as the platform does. */
class Secrets {
  readonly missing = new Set<string>();

  constructor(
    private readonly cluster: Cluster,
    private readonly namespace: string,
  ) {}

  /** Of entries at one place, the last counts. */
  async all(entries: readonly Entry[]): Promise<ReadonlyMap<string, string>> {
    const contents = await Promise.all(
      entries.map(async ({ at, value, valueFrom }) => {
        const reference = valueFrom?.secretKeyRef;
        const content = reference === undefined ? value : await this.read(reference);
        return content === undefined ? [] : [[at, content] as const];
      }),
    );
    return new Map(contents.flat());
  }

  private async read({ name, key }: SecretKeyRef): Promise<string | undefined> {
    const secret = await this.cluster.secret(this.namespace, name);
    const content = secret?.data?.[key];
    if (content !== undefined) return Buffer.from(content, "base64").toString("utf8");
    const what = `Secret ${this.namespace}/${name}`;
    this.missing.add(
      secret === undefined ? `${what} does not exist.` : `${what} has no key "${key}".`,
    );
    return undefined;
  }
}

/** More people may read Workloads than Secrets. */
function checkPlain(
  list: Checklist,
  origin: string,
  entries: readonly (readonly [string, string | undefined])[],
): void {
  list.judge(
    "private-keys",
    entries
      .filter(([, value]) => value !== undefined && holdsPrivateKey(value))
      .map(([what]) => `${origin} has a private key in ${what}, as a plain value.`),
    "no private key among the plain values of its Workload",
    TODO.keys,
  );
}

function driftOf({ environment, files, origin }: ComponentView, plan: readonly Row[]): string[] {
  return plan.flatMap(({ mountPath, variable = "", sha256 }) => {
    const what = mountPath === undefined ? `the variable ${variable}` : `the file ${mountPath}`;
    const content = mountPath === undefined ? environment.get(variable) : files.get(mountPath);
    if (content === undefined) return [`${origin} has not ${what}.`];
    return sha256Of(content) === sha256 ? [] : [`${origin} has another content in ${what}.`];
  });
}
