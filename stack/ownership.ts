import { Namespace } from "@pulumi/kubernetes/core/v1/namespace";
import { getOrganization, getProject, getStack, log, runtime } from "@pulumi/pulumi";
import { z } from "zod";
import type { ClusterChoice } from "../components/kubernetes";
import { Guard, NAMESPACE, RESOURCE } from "../components/kubernetes/ownership/guard";
import { OWNERSHIP, OWNERSHIP_ID, Ownership } from "../components/kubernetes/ownership/identity";
import { Judge, adoption } from "../components/kubernetes/ownership/judge";
import {
  listed,
  originOf,
  wasTakenOver,
  type ObjectRef,
} from "../components/kubernetes/ownership/object";
import { ObjectReader } from "../components/kubernetes/ownership/reader";
import { StateObjects, isMarked, type StateObject } from "../components/kubernetes/ownership/state";
import { refusal } from "../components/pki";
import type { StackMemory } from "../components/stack-memory";
import { ConfigError } from "../config";
import { keyOf, type Problem } from "../config/problems";
import type { NamespaceClaim } from "../config/system";

const remembered = z.object({ kept: z.array(z.string()) });

/**
 * Rules for objects that do not belong to the stack: an existing object is not taken over, and a namespace is deleted
 * only if the stack created it and it contains nothing that belongs to others.
 */
export class Belongings {
  private readonly state: StateObjects;
  private readonly judge: Judge;
  private readonly guard: Guard;
  /** Names of namespaces that the engine was told to leave in the cluster when they leave the stack. */
  private readonly left: ReadonlySet<string>;
  /** Names of namespaces that the engine is told to leave now. */
  private readonly kept = new Set<string>();

  constructor(
    private readonly wanted: readonly NamespaceClaim[],
    memory: StackMemory,
    choice: ClusterChoice,
  ) {
    const fullName = `${getOrganization()}/${getProject()}/${getStack()}`;
    const stack = { fullName, id: memory.idOf(OWNERSHIP_ID) };
    this.state = new StateObjects(stack, memory.objects as unknown as readonly StateObject[]);
    this.judge = new Judge({
      state: this.state,
      open: () => ObjectReader.open(choice),
      preview: runtime.isDryRun(),
    });
    this.left = new Set(remembered.safeParse(memory.of(Ownership.type, OWNERSHIP)).data?.kept);
    this.guard = new Guard({ state: this.state, judge: this.judge, kept: this.kept, refusal });
  }

  /**
   * Checks the namespaces that will be created, before anything is registered, and everything that is registered later.
   *
   * @throws ConfigError if one of the namespaces exists and does not belong to the stack.
   */
  async guardWhatExists(): Promise<void> {
    const created = this.wanted.filter(({ createNamespace }) => createNamespace);
    const problems = await Promise.all(created.map((claim) => this.problemOf(claim)));
    if (problems.some((found) => found.length > 0)) throw new ConfigError(problems.flat());
    await Promise.all(
      created.map(async ({ namespace }) => {
        const stored = this.state.of(NAMESPACE, RESOURCE + namespace);
        if (stored && (await this.staysWithoutStack(stored))) this.kept.add(namespace);
      }),
    );
    this.guard.begin();
  }

  /**
   * Keeps namespaces that are no longer configured but must not be deleted. It takes two updates, since the engine
   * leaves in the cluster only what an earlier update registered that way.
   */
  async keepWhatIsNotOurs(): Promise<void> {
    const leaving = this.state
      .ofType(NAMESPACE)
      .filter(({ name }) => name.startsWith(RESOURCE) && !this.guard.registered.has(name));
    for (const stored of leaving) {
      const { name } = stored.metadata;
      if (this.left.has(name)) {
        await log.info(`namespace "${name}" stays in the cluster, and this stack forgets it`);
        continue;
      }
      const reason = await this.reasonToKeep(stored);
      if (reason === undefined) continue;
      this.kept.add(name);
      this.guard.exempt.add(stored.name);
      new Namespace(stored.name, { metadata: { name } });
      await log.warn(
        `namespace "${name}" is not deleted: ${reason}. It stays in the cluster, and the next \`pulumi up\` forgets it. Delete it yourself once nobody needs it: kubectl delete namespace ${name}`,
      );
    }
    this.guard.finish();
  }

  private async problemOf({ path, namespace }: NamespaceClaim): Promise<Problem[]> {
    const ref = refOf(namespace);
    const problem = await this.judge.problem(ref);
    if (problem === undefined) return [];
    const { fullName } = this.state.stack;
    const message = `${problem}. To use it as it is, set ${keyOf([...path, "createNamespace"])}: false; or choose another name, or delete it. To hand it over to this stack, which will then delete it when it no longer needs it: ${adoption(ref, fullName)}`;
    return [{ key: keyOf([...path, "namespace"]), message }];
  }

  /**
   * Whether a namespace of the stack stays when the stack is destroyed. It is decided now, since no program runs then.
   */
  private async staysWithoutStack(stored: StateObject): Promise<boolean> {
    const { name } = stored.metadata;
    if (isTakenOver(stored)) {
      await log.warn(
        `namespace "${name}" existed before this stack, and an earlier version let the stack take it over: it was ${originOf(stored.metadata)}. It stays when the stack is destroyed; set createNamespace: false for it`,
      );
      return true;
    }
    if (runtime.isDryRun()) return this.left.has(name);
    const foreign = await this.judge.foreignIn(name, false).catch(() => []);
    if (foreign.length > 0) {
      await log.info(
        `namespace "${name}" contains objects that this stack did not create (${listed(foreign)}): it stays when the stack is destroyed`,
      );
    }
    return foreign.length > 0;
  }

  /** The reason why a namespace in the state must not be deleted, as a clause; undefined if it can be. */
  private async reasonToKeep(stored: StateObject): Promise<string | undefined> {
    const { name } = stored.metadata;
    if (this.wanted.some(({ namespace }) => namespace === name)) return "this stack still uses it";
    if (isTakenOver(stored)) {
      return `it existed before this stack, ${originOf(stored.metadata)}, and an earlier version took it over`;
    }
    const ref = refOf(name);
    try {
      const live = await this.judge.find(ref);
      if (live === undefined) return undefined;
      if (!this.judge.isOwn(ref, live)) {
        return `it is not the one that this stack created: it was ${originOf(live.metadata)}`;
      }
      const foreign = await this.judge.foreignIn(name, true);
      return foreign.length > 0
        ? `it contains objects that this stack did not create: ${listed(foreign)}`
        : undefined;
    } catch (error) {
      return `its content cannot be determined (${error instanceof Error ? error.message : String(error)})`;
    }
  }
}

function isTakenOver(stored: StateObject): boolean {
  return !isMarked(stored) && wasTakenOver(stored.metadata);
}

function refOf(namespace: string): ObjectRef {
  return { apiVersion: "v1", kind: "Namespace", name: namespace };
}
