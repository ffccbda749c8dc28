import { basename, join } from "node:path/posix";
import { z } from "zod";
import {
  WORKLOADS,
  PUSH_SECRETS,
  PUSH_SECRET,
  SECRET_REFERENCE,
  SECRET_REFERENCES,
  secretsNamespaceOf,
  type SecretStore,
} from "../../../components/choreo/openchoreo";
import { sha256Of } from "../../../components/choreo/plan";
import { REPAIR, type Checklist } from "../../../verify/check";
import type { Cluster } from "../../../verify/cluster/api";
import { holdsPrivateKey, quote } from "../../../x509";
import type { Row } from "../outputs";
import { checkEnvironments } from "./check-environments";
import { TODO, type ComponentView } from "./component-view";
import { workload, conditions, whyNotReady } from "./object-forms";

/** Places of a Workload, and of what its references lead to. */
interface WorkloadPlace extends KeyPlace {
  readonly apiVersion: string;
  readonly project: string;
  readonly name: string;
}

interface Entry {
  /** Name of the variable, or path of the file. */
  readonly at: string;
  readonly value?: string | undefined;
  readonly valueFrom?: { readonly secretKeyRef?: SecretKeyRef | undefined } | undefined;
}

/**
 * Returns what a component finds when OpenChoreo starts it: the contents of its Workload in the cluster, and those that
 * the Workload refers to.
 *
 * @returns undefined if there is no Workload, which is reported.
 */
export async function workloadView(
  cluster: Cluster,
  place: WorkloadPlace,
  plan: readonly Row[],
  list: Checklist,
  at: Date,
): Promise<ComponentView | undefined> {
  const { apiVersion, namespace, name } = place;
  const origin = `Workload ${namespace}/${name}`;
  const found = await cluster.custom(apiVersion, WORKLOADS, namespace, name);
  if (found === undefined) {
    list.fail("release", `${origin} does not exist.`, REPAIR.release);
    return undefined;
  }
  const parsed = workload.safeParse(found);
  if (!parsed.success) {
    list.fail("release", `${origin} does not have the form of ${apiVersion}.`, TODO.workload);
    return undefined;
  }
  const { container } = parsed.data.spec;
  const rivals = await rivalsOf(cluster, place);
  list.judge("release", rivals, `${origin} is there`, TODO.owner);
  const { env, files } = container;
  const references = new SecretReferences(cluster, place);
  const view: ComponentView = {
    origin,
    todo: TODO.workload,
    environment: await contentsOf(
      env.map(({ key, ...rest }) => ({ at: key, ...rest })),
      references,
    ),
    files: await contentsOf(
      files.map(({ key, mountPath, ...rest }) => ({ at: join(mountPath, key), ...rest })),
      references,
    ),
  };
  list.judge("mounted-objects", [...references.problems], thereText(place), TODO.references);
  checkPlain(list, origin, [
    ...env.map(({ key, value }) => [`the variable ${key}`, value] as const),
    ...files.map(({ key, value }) => [`the file ${key}`, value] as const),
  ]);
  list.judge(
    "drift",
    driftOf(view, plan, place),
    "its Workload contains what the stack deployed",
    TODO.workload,
  );
  await checkEnvironments(cluster, { ...place, container, ...namesIn(plan) }, list, at);
  return view;
}

/** Finds other Workloads of the component: it can have only one, and of several, none is deployed. */
async function rivalsOf(
  cluster: Cluster,
  { apiVersion, namespace, project, name }: WorkloadPlace,
): Promise<string[]> {
  const all = (await cluster.customs(apiVersion, WORKLOADS, namespace)) ?? [];
  return all.flatMap((each) => {
    const { metadata, spec } = workload.safeParse(each).data ?? {};
    if (metadata === undefined || metadata.name === name) return [];
    if (spec?.owner.projectName !== project || spec.owner.componentName !== name) return [];
    return [
      `Workload ${namespace}/${metadata.name} also belongs to component ${name}, and OpenChoreo deploys neither.`,
    ];
  });
}

/** Returns the names of the stack's entries in a Workload. */
function namesIn(plan: readonly Row[]) {
  const nameOf = ({ mountPath, variable = "" }: Row) =>
    mountPath === undefined ? variable : basename(mountPath);
  const certificate = plan.find(({ holds }) => holds === "certificate");
  return { ours: new Set(plan.map(nameOf)), certificate: certificate && nameOf(certificate) };
}

/** Returns contents by variable or path. If there are several entries for one, the last counts. */
async function contentsOf(
  entries: readonly Entry[],
  references: SecretReferences,
): Promise<ReadonlyMap<string, string>> {
  const contents = await Promise.all(
    entries.map(async ({ at, value, valueFrom }) => {
      const reference = valueFrom?.secretKeyRef;
      const content = reference === undefined ? value : await references.read(reference);
      return content === undefined ? [] : [[at, content] as const];
    }),
  );
  return new Map(contents.flat());
}

/** Describes what was seen of a key, and what only the data plane can see. */
function thereText({ keyReference, store }: KeyPlace): string {
  const there = "the SecretReferences of its Workload are there";
  if (keyReference === undefined) return there;
  switch (store.kind) {
    case "push":
      return `${there}, and External Secrets has written its key into ${store.name}; whether pods get it from there cannot be checked`;
    case "kubernetes":
      return `${there}, and its key is in namespace ${store.namespace}; whether the data plane's store reads that namespace cannot be checked`;
    case "manual":
      return `${there}; people write its key into the store as ${keyReference}, and whether it is there cannot be checked`;
  }
}

/** Checks that no plain value contains a private key: more people may read Workloads than Secrets. */
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

function driftOf(
  { environment, files, origin }: ComponentView,
  plan: readonly Row[],
  { store, ownKey }: KeyPlace,
): string[] {
  const isHidden = store.kind === "manual" && ownKey === undefined;
  return plan.flatMap(({ holds, mountPath, variable = "", sha256 }) => {
    if (holds === "key" && isHidden) return [];
    const what = mountPath === undefined ? `the variable ${variable}` : `the file ${mountPath}`;
    const content = mountPath === undefined ? environment.get(variable) : files.get(mountPath);
    if (content === undefined) return [`${origin} does not have ${what}.`];
    return sha256Of(content) === sha256 ? [] : [`${origin} has different content in ${what}.`];
  });
}

const reference = z.object({
  spec: z.object({
    data: z.array(
      z.object({
        secretKey: z.string(),
        remoteRef: z.object({ key: z.string(), property: z.string().optional() }),
      }),
    ),
  }),
});

const pushed = z.object({
  spec: z.object({
    secretStoreRefs: z.array(z.object({ name: z.string().optional() })),
  }),
  status: z.object({ conditions }).optional(),
});

/** A reference in a Workload that takes the place of a content. */
interface SecretKeyRef {
  readonly name: string;
  readonly key: string;
}

/** Places that the references of a component lead to. */
interface KeyPlace {
  /** Namespace of the Workload and of the SecretReferences. */
  readonly namespace: string;
  readonly store: SecretStore;
  /** Name of the SecretReference for the stack's key; undefined if it has none. */
  readonly keyReference: string | undefined;
  /** The stack's key, if people write it into the store; undefined if it is not available. */
  readonly ownKey: string | undefined;
}

/** Follows references as OpenChoreo does, as far as possible: only the data plane can read a store. */
class SecretReferences {
  /** Problems that keep a pod from starting. */
  readonly problems = new Set<string>();

  constructor(
    private readonly cluster: Cluster,
    private readonly place: KeyPlace,
  ) {}

  /** @returns the content; undefined if it does not exist, or is not the stack's. */
  async read({ name, key }: SecretKeyRef): Promise<string | undefined> {
    const { namespace, store, keyReference, ownKey } = this.place;
    const remote = await this.remoteOf({ name, key });
    if (remote === undefined || name !== keyReference) return undefined;
    const secrets = secretsNamespaceOf(store, namespace);
    if (secrets === undefined) return ownKey;
    if (store.kind === "push") await this.checkPush(name, store.name);
    const what = `Secret ${secrets}/${remote.key}`;
    const secret = await this.cluster.secret(secrets, remote.key);
    const content = secret?.data?.[remote.property ?? ""];
    if (content !== undefined) return Buffer.from(content, "base64").toString("utf8");
    this.problems.add(
      secret === undefined
        ? `${what} does not exist.`
        : `${what} has no key ${quote(remote.property ?? "")}.`,
    );
    return undefined;
  }

  private async remoteOf({ name, key }: SecretKeyRef) {
    const { namespace } = this.place;
    const what = `${SECRET_REFERENCE.kind} ${namespace}/${name}`;
    const { apiVersion } = SECRET_REFERENCE;
    const found = await this.cluster.custom(apiVersion, SECRET_REFERENCES, namespace, name);
    if (found === undefined) {
      const isSecret = (await this.cluster.secret(namespace, name)) !== undefined;
      this.problems.add(
        `${what} does not exist.${isSecret ? " There is a Secret of that name, but OpenChoreo reads only SecretReferences." : ""}`,
      );
      return undefined;
    }
    const entries = reference.safeParse(found).data?.spec.data ?? [];
    const remote = entries.find(({ secretKey }) => secretKey === key)?.remoteRef;
    if (remote === undefined) this.problems.add(`${what} has no key ${quote(key)}.`);
    return remote;
  }

  private async checkPush(name: string, store: string): Promise<void> {
    const { namespace } = this.place;
    const { apiVersion, kind } = PUSH_SECRET;
    const what = `${kind} ${namespace}/${name}`;
    const found = await this.cluster.custom(apiVersion, PUSH_SECRETS, namespace, name);
    const parsed = pushed.safeParse(found).data;
    if (parsed === undefined) {
      this.problems.add(`${what} ${found === undefined ? "does not exist" : "cannot be read"}.`);
      return;
    }
    if (!parsed.spec.secretStoreRefs.some((each) => each.name === store)) {
      this.problems.add(`${what} is for a store other than ${store}.`);
    }
    const why = whyNotReady(parsed.status?.conditions);
    if (why === undefined) return;
    this.problems.add(`External Secrets has not written ${what} into ${store}: ${why}.`);
  }
}
