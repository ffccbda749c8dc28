import { setImmediate } from "node:timers/promises";
import { runtime } from "@pulumi/pulumi";
import { FAKE_TYPES, FAKE_TYPES_KNOWN_EARLY } from "./fake-providers";
import type { Properties } from "./fake-types";
import { reveal } from "./wire";

/** A resource as it was registered. */
export interface Registered {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  /** URN of the parent; empty for a resource at the top. */
  readonly parent: string;
  /** As they went over the wire, secrets marked; `reveal` makes them readable. */
  readonly inputs: unknown;
  /** URNs of what it has to wait for. */
  readonly dependencies: readonly string[];
  readonly ignoreChanges: readonly string[];
  /** Whether it is a component. */
  readonly component: boolean;
}

export interface EngineOptions {
  /** Runs as a preview does: what a provider computes is unknown, except in `existing`. @default false */
  readonly preview?: boolean;
  /**
   * Resources that exist already, by name, and the outputs that they have stored.
   */
  readonly existing?: Readonly<Record<string, Properties>>;
}

/** What came of a program. */
export interface Run<T> {
  /** What the program returned; undefined if it threw. */
  readonly value: T | undefined;
  /** Every resource in the order of registration. */
  readonly resources: readonly Registered[];
  /** Outputs that components registered, by URN, as they went over the wire. */
  readonly outputs: ReadonlyMap<string, unknown>;
  /** Messages of everything that went wrong, synchronously or later, each once. */
  readonly errors: readonly string[];
}

/** The part of the SDK's requests that tests look at. */
interface Request {
  getType(): string;
  getName(): string;
  getParent(): string;
  getCustom(): boolean;
  getUrn(): string;
  getObject(): { toJavaScript(): unknown } | undefined;
  getOutputs(): { toJavaScript(): unknown } | undefined;
  getDependenciesList(): string[];
  getIgnorechangesList(): string[];
}
type Callback = (error: unknown, response?: { getUrn(): string }) => void;
type Call = (request: Request, callback: Callback) => unknown;

/** Runs a program against an engine and providers that are all in this process, and waits until everything is done. */
export async function runProgram<T>(
  program: () => T | Promise<T>,
  { preview = false, existing = {} }: EngineOptions = {},
): Promise<Run<T>> {
  const resources: Registered[] = [];
  const outputs = new Map<string, unknown>();
  const errors = new Set<string>();
  // After an error some registrations wait for ever, where the real engine would end the program.
  let fail: () => void;
  const failed = new Promise<void>((resolve) => (fail = resolve));
  const note = (error: unknown) => {
    errors.add(error instanceof Error ? error.message : String(error));
    fail();
  };

  const fakes = preview ? FAKE_TYPES_KNOWN_EARLY : { ...FAKE_TYPES, ...FAKE_TYPES_KNOWN_EARLY };
  const computed = (type: string, name: string, inputs: Properties): Properties =>
    existing[name] ?? fakes[type]?.(reveal(inputs) as Properties, name) ?? {};
  await runtime.setMocks(
    {
      call: () => ({}),
      newResource: ({ type, name, inputs }) => ({
        id: preview && !(name in existing) ? "" : `${name}-id`,
        state: { ...(inputs as Properties), ...computed(type, name, inputs as Properties) },
      }),
    },
    "countersign",
    "test",
    preview,
    "organization",
  );
  const monitor = runtime.getMonitor() as unknown as Record<string, Call>;
  intercept(monitor, "registerResource", (request, response) => {
    resources.push({
      urn: response?.getUrn() ?? "",
      type: request.getType(),
      name: request.getName(),
      parent: request.getParent(),
      inputs: request.getObject()?.toJavaScript(),
      dependencies: request.getDependenciesList(),
      ignoreChanges: request.getIgnorechangesList(),
      component: !request.getCustom(),
    });
  });
  intercept(monitor, "registerResourceOutputs", (request) => {
    outputs.set(request.getUrn(), request.getOutputs()?.toJavaScript());
  });

  // What an apply throws nobody awaits: Node reports it once the turn is over. Mocha's listener would end the run.
  const listeners = process.listeners("unhandledRejection");
  process.removeAllListeners("unhandledRejection").on("unhandledRejection", note);
  try {
    const value = await settled(program, note);
    await Promise.race([runtime.disconnect().catch(note), failed]);
    for (let turn = 0; turn < 10; turn++) await setImmediate();
    return { value, resources, outputs, errors: [...errors] };
  } finally {
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

function intercept(
  monitor: Record<string, Call>,
  method: string,
  after: (request: Request, response?: { getUrn(): string }) => void,
): void {
  const original = monitor[method]?.bind(monitor);
  monitor[method] = (request, callback) =>
    original?.(request, (error, response) => {
      if (!error) after(request, response);
      callback(error, response);
    });
}
