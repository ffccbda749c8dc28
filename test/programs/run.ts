import { AsyncResource } from "node:async_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { status, type ServiceError } from "@grpc/grpc-js";
import { log, ResourceError, RunError } from "@pulumi/pulumi";
import * as errors from "@pulumi/pulumi/errors";
import type { RunRequest } from "@pulumi/pulumi/proto/language_pb";
import { setAllConfig } from "@pulumi/pulumi/runtime/config";
import { disconnect, getMonitor, resetOptions } from "@pulumi/pulumi/runtime/settings";
import { runInPulumiStack } from "@pulumi/pulumi/runtime/stack";
import * as state from "@pulumi/pulumi/runtime/state";

/** Functions that the SDK (@pulumi/pulumi 3.245) has without types. */
const { withLocalStorage } = state as unknown as {
  withLocalStorage: <T>(run: () => Promise<T>) => Promise<T>;
};
const { hasErrors } = log as unknown as { hasErrors: () => boolean };
const { isGrpcError } = errors as unknown as { isGrpcError: (error: unknown) => boolean };

/** Longer than the time that the program waits for a cluster. */
const LONGEST_SILENCE_S = 40;

type Program = () => Promise<unknown>;

/**
 * Runs a program as the SDK's Automation API does (automation/server.js), and lets it fail as it would in its own
 * process (cmd/run): it continues until nothing that it does can finish any longer, and then it ends.
 *
 * @returns whether it has failed; if so, it has reported why.
 */
export function runProgram(request: RunRequest, program: Program): Promise<boolean> {
  return withLocalStorage(async () => {
    const [engine = ""] = request.getArgsList();
    resetOptions(
      request.getProject(),
      request.getStack(),
      request.getParallel(),
      engine,
      request.getMonitorAddress(),
      request.getDryrun(),
      request.getOrganization(),
    );
    setAllConfig(
      Object.fromEntries(request.getConfigMap().entries()),
      request.getConfigsecretkeysList(),
    );
    const calls = new MonitorCalls();
    const failure = new Failure();
    // Without this, Node would report a rejection outside of any run's context.
    const report = AsyncResource.bind((error: unknown) => failure.report(error));
    process.on("uncaughtException", report).on("unhandledRejection", report);
    try {
      const whole = runInPulumiStack(program).then(() => disconnect(true));
      await Promise.race([
        whole.catch(report),
        failure.happened,
        calls.cutOff,
        calls.stopped(report),
      ]);
      if (failure.seen) await calls.ended();
      await failure.said();
    } finally {
      calls.end();
      process.off("uncaughtException", report).off("unhandledRejection", report);
    }
    return failure.seen || hasErrors();
  });
}

/** Errors by which a program has failed. Each error is reported once. */
class Failure {
  private readonly reported = new Map<unknown, Promise<void>>();
  private settle: () => void = () => undefined;
  readonly happened = new Promise<void>((settle) => (this.settle = settle));

  get seen(): boolean {
    return this.reported.size > 0;
  }

  /** Resolves when all errors have been reported to the engine. */
  async said(): Promise<void> {
    await Promise.all(this.reported.values());
  }

  report(error: unknown): void {
    if (this.reported.has(error)) return;
    this.reported.set(error, say(error));
    this.settle();
  }
}

/** Reports an error, without a stack trace if the program or a resource has refused something. */
async function say(error: unknown): Promise<void> {
  const { message, stack = message } = error instanceof Error ? error : new Error(String(error));
  if (RunError.isInstance(error)) await log.error(message);
  else if (ResourceError.isInstance(error))
    await log.error(error.hideStack ? message : stack, error.resource);
  else if (!isGrpcError(error)) await log.error(`Unhandled exception: ${stack}`);
}

/**
 * The program's calls to the engine that have no answer yet: as long as there are some, it has something to wait for.
 */
class MonitorCalls {
  private open = 0;
  private made = 0;
  private over = false;
  private settle: () => void = () => undefined;
  /**
   * Resolves when the engine has ended, for example because it could not create a resource. The SDK would then wait
   * forever.
   */
  readonly cutOff = new Promise<void>((settle) => (this.settle = settle));

  constructor() {
    const monitor = getMonitor() as unknown as Record<string, unknown>;
    for (const name of ["registerResource", "readResource", "invoke", "registerResourceOutputs"]) {
      const call = (monitor[name] as (...args: unknown[]) => unknown).bind(monitor);
      monitor[name] = (...args: unknown[]) => {
        const answer = args.pop() as (error: ServiceError | null, answered: unknown) => void;
        this.open++;
        this.made++;
        return call(...args, (error: ServiceError | null, answered: unknown) => {
          this.open--;
          answer(error, answered);
          if (error && [status.UNAVAILABLE, status.CANCELLED].includes(error.code)) this.end();
        });
      };
    }
  }

  /** Stops watching. */
  end(): void {
    this.over = true;
    this.settle();
  }

  /** Reports a program that has nothing left to wait for, and that would end there in its own process. */
  async stopped(report: (error: unknown) => void): Promise<void> {
    let before = this.made;
    for (let silent = 0; silent < LONGEST_SILENCE_S; silent++) {
      await sleep(1000);
      if (this.over) return;
      if (this.open > 0 || before !== this.made) silent = 0;
      before = this.made;
    }
    report(new RunError("the program has stopped without finishing"));
  }

  /** Resolves when no call is open and no further call is made. */
  async ended(): Promise<void> {
    for (let before = -1; this.open > 0 || before !== this.made;) {
      before = this.made;
      await sleep(50);
    }
  }
}
