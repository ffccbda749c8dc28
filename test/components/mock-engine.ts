import { setImmediate, setTimeout as sleep } from "node:timers/promises";
import { runtime } from "@pulumi/pulumi";
import { FAKE_TYPES, FAKE_TYPES_KNOWN_EARLY } from "./fake-providers";
import type { Properties } from "./fake-types";
import {
  aliasesOf,
  giveWholeUrns,
  intercept,
  recordMessages,
  type Message,
  type Monitor,
  type Request,
  type Response,
} from "./mock-monitor";
import { answer, keptOutputs, type State, type Stored, type Surroundings } from "./mock-state";
import { reveal } from "./wire";

/** How long to wait for a program that has failed, in milliseconds. */
const PATIENCE = 500;

/** A registered resource. */
export interface Registered {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  /** URN of the parent; empty for a top-level resource. */
  readonly parent: string;
  /** Inputs as sent over the wire, with secrets marked; `reveal` makes them readable. */
  readonly inputs: unknown;
  /** URNs of its dependencies. */
  readonly dependencies: readonly string[];
  /** URNs that it has in older states, besides those that follow from its parent's. */
  readonly aliases: readonly string[];
  readonly ignoreChanges: readonly string[];
  /** Whether the engine leaves it in the cluster when it is removed. */
  readonly retained: boolean;
  /** Whether it is a component. */
  readonly component: boolean;
  /** Reference to an explicit provider; empty for the default one. */
  readonly provider: string;
}

export interface EngineOptions {
  /** Runs a preview: what a provider computes is unknown, except in `existing`. @default false */
  readonly preview?: boolean;
  /** Existing resources by name, with their stored outputs. */
  readonly existing?: Readonly<Record<string, Properties>>;
  /** State after the previous update. Resources whose inputs do not change keep their outputs. @default - empty */
  readonly state?: State;
  /** Outputs of other stacks by full name; reading any other is an error. @default - none */
  readonly stacks?: Surroundings["stacks"];
}

/** Results of a program. */
export interface Run<T> {
  /** What the program returned; undefined if it threw. */
  readonly value: T | undefined;
  /** Every resource in the order of registration. */
  readonly resources: readonly Registered[];
  /** Outputs that components registered, by URN, as sent over the wire. */
  readonly outputs: ReadonlyMap<string, unknown>;
  /** The resources as the engine stores them, for a later run. */
  readonly state: State;
  /** Messages that the program logged, in order. */
  readonly messages: readonly Message[];
  /** Messages of all errors, synchronous or later, each once. */
  readonly errors: readonly string[];
}

/** Runs a program with an engine and providers in this process, and waits until everything is done. */
export async function runProgram<T>(
  program: () => T | Promise<T>,
  { preview = false, existing = {}, state: before = new Map(), stacks = {} }: EngineOptions = {},
): Promise<Run<T>> {
  const resources: Registered[] = [];
  const outputs = new Map<string, unknown>();
  const state = new Map<string, Stored>();
  const errors = new Set<string>();
  // After an error some registrations wait forever, where the real engine would end the program.
  let fail: () => void;
  const failed = new Promise<void>((resolve) => (fail = resolve));
  const note = (error: unknown) => {
    errors.add(error instanceof Error ? error.message : String(error));
    fail();
  };

  const ignored = new Map<string, readonly string[]>();
  const fakes = preview ? FAKE_TYPES_KNOWN_EARLY : { ...FAKE_TYPES, ...FAKE_TYPES_KNOWN_EARLY };
  const computed = (type: string, name: string, inputs: Properties): Properties =>
    existing[name] ??
    keptOutputs(before, { type, name, inputs }, ignored.get(`${type} ${name}`) ?? []) ??
    fakes[type]?.(reveal(inputs) as Properties, name) ??
    {};
  await runtime.setMocks(
    {
      call: ({ token, inputs }) => answer(token, inputs as Properties, { state: before, stacks }),
      newResource: ({ type, name, inputs, custom }) => ({
        id: preview && !(name in existing) ? "" : `${name}-id`,
        state: {
          ...(inputs as Properties),
          ...(custom && computed(type, name, inputs as Properties)),
        },
      }),
    },
    "countersign",
    "test",
    preview,
    "organization",
  );
  const monitor = runtime.getMonitor() as unknown as Monitor;
  giveWholeUrns(monitor);
  const noteIgnored = (request: Request) =>
    ignored.set(`${request.getType()} ${request.getName()}`, request.getIgnorechangesList());
  const noteResource = (request: Request, response?: Response) => {
    const urn = response?.getUrn() ?? "";
    const [type, name] = [request.getType(), request.getName()];
    const inputs = request.getObject()?.toJavaScript();
    state.set(urn, { type, name, inputs, outputs: response?.getObject()?.toJavaScript() });
    resources.push({
      urn,
      type,
      name,
      parent: request.getParent(),
      inputs,
      dependencies: request.getDependenciesList(),
      aliases: aliasesOf(request),
      ignoreChanges: request.getIgnorechangesList(),
      retained: request.getRetainondelete(),
      component: !request.getCustom(),
      provider: request.getProvider(),
    });
  };
  intercept(monitor, "registerResource", noteResource, noteIgnored);
  intercept(monitor, "registerResourceOutputs", (request) => {
    const [urn, registered] = [request.getUrn(), request.getOutputs()?.toJavaScript()];
    outputs.set(urn, registered);
    const stored = state.get(urn);
    if (stored) state.set(urn, { ...stored, outputs: registered });
  });

  // Nobody awaits errors thrown in an apply: Node reports them at the end of the turn. Mocha's listener would end the
  // run.
  const listeners = process.listeners("unhandledRejection");
  process.removeAllListeners("unhandledRejection").on("unhandledRejection", note);
  const { messages, stop } = recordMessages();
  // The SDK takes a stack trace for each of its promises; with source maps that is half of a run.
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    // The program itself may also wait, for an output of something that is not registered.
    const value = await Promise.race([
      settled(program, note),
      failed.then(() => sleep(PATIENCE)).then(() => undefined),
    ]);
    await Promise.race([runtime.disconnect().catch(note), failed]);
    for (let turn = 0; turn < 10; turn++) await setImmediate();
    return { value, resources, outputs, state, messages, errors: [...errors] };
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
    stop();
    process.removeAllListeners("unhandledRejection");
    for (const listener of listeners) process.on("unhandledRejection", listener);
  }
}

async function settled<T>(program: () => T | Promise<T>, note: (error: unknown) => void) {
  try {
    return await program();
  } catch (error) {
    note(error);
    return undefined;
  }
}
