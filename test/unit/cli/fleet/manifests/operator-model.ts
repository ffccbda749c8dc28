import type { StackObject } from "../../../../../cli/fleet/manifests/stack-object";

/** What the operator knows about a Stack. */
interface Known {
  readonly object: StackObject;
  /** The last update that has ended. */
  last?: { readonly at: number; readonly succeeded: boolean; readonly request: string };
  failures: number;
  /** The annotation by which another Stack asks for an update. */
  request: string;
  running?: { readonly ends: number; readonly request: string };
}

/**
 * A model of how the Pulumi Kubernetes Operator decides which Stacks to update, as stack_controller.go of version 2.9.0
 * does: `isSynced`, `isRequirementSatisfied`, and step 3 of `Reconcile`. Time is in seconds.
 */
export class OperatorModel {
  private readonly stacks: ReadonlyMap<string, Known>;
  private now = 0;

  /**
   * @param lasts duration of an update.
   * @param up what an update of a stack does when it ends. @returns whether it succeeds.
   */
  constructor(
    objects: readonly StackObject[],
    private readonly lasts: (stack: string) => number,
    private readonly up: (stack: string) => boolean,
  ) {
    this.stacks = new Map(
      objects.map((object) => [object.metadata.name, { object, failures: 0, request: "" }]),
    );
  }

  /** Runs for a number of seconds. */
  run(seconds: number): void {
    for (const end = this.now + seconds; this.now < end; this.now += 10) {
      for (const known of this.stacks.values()) this.reconcile(known);
    }
  }

  private reconcile(known: Known): void {
    const { running, object } = known;
    if (running !== undefined) {
      if (running.ends > this.now) return;
      const succeeded = this.up(object.spec.stack);
      const isRetry = known.last?.request === running.request;
      known.failures = isRetry && !succeeded ? known.failures + 1 : 0;
      known.last = { at: this.now, succeeded, request: running.request };
      delete known.running;
    }
    if (this.isSynced(known) || !this.isAllowed(known)) return;
    known.running = {
      ends: this.now + this.lasts(object.spec.stack),
      request: known.request,
    };
  }

  private isSynced({ last, object, request, failures }: Known): boolean {
    if (last?.request !== request) return false;
    if (!last.succeeded) return failures >= 3 || this.now - last.at < 10 * 3 ** failures;
    return this.now - last.at < Number(object.spec.resyncFrequencySeconds);
  }

  private isAllowed({ object }: Known): boolean {
    const unsatisfied = (object.spec.prerequisites ?? []).filter(({ name, requirement }) => {
      const other = this.stacks.get(name);
      if (other?.last?.request !== other?.request || !other?.last?.succeeded) return true;
      const within = Number.parseFloat(requirement.succeededWithinDuration);
      if (this.now - other.last.at <= within) return false;
      other.request = `after-${other.last.at}`;
      return true;
    });
    return unsatisfied.length === 0;
  }
}
