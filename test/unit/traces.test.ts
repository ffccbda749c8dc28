import assert from "node:assert/strict";
import { Resource } from "@pulumi/pulumi";
import { leavePromisesUnmapped, leaveResourcesUntraced } from "../../stack/traces";

/** Creates an error as Pulumi does for every promise; the function after it, as any other code does. */
function debuggablePromise(): string {
  return new Error("noted").stack ?? "";
}
function anybody(): string {
  return new Error("thrown").stack ?? "";
}

describe("the stack traces of Pulumi's promises", () => {
  const before: unknown = Reflect.get(Error, "prepareStackTrace");
  afterEach(() => {
    Reflect.set(Error, "prepareStackTrace", before);
  });
  const prepare = (environment: NodeJS.ProcessEnv) => {
    Error.prepareStackTrace = (error, frames) =>
      `${error.message}, mapped: ${frames[0]?.getFunctionName() ?? ""}`;
    leavePromisesUnmapped(environment);
  };

  it("are not looked up in source maps, and all others are", () => {
    prepare({});
    assert.equal(debuggablePromise(), "Error: noted");
    assert.equal(anybody(), "thrown, mapped: anybody");
  });

  it("are skipped by one function, however many programs a process runs", () => {
    prepare({});
    const once: unknown = Reflect.get(Error, "prepareStackTrace");
    leavePromisesUnmapped({});
    assert.equal(Reflect.get(Error, "prepareStackTrace"), once);
  });

  it("are looked up if somebody searches for leaks", () => {
    prepare({ PULUMI_DEBUG_PROMISE_LEAKS: "true" });
    assert.equal(debuggablePromise(), "noted, mapped: debuggablePromise");
  });

  it("stay unchanged if source maps are not installed", () => {
    Reflect.deleteProperty(Error, "prepareStackTrace");
    leavePromisesUnmapped({});
    assert.equal(Reflect.get(Error, "prepareStackTrace"), undefined);
  });
});

describe("the stack traces of resources", () => {
  const resource = Resource as unknown as { stackTrace: (skip: number) => readonly unknown[] };
  const { stackTrace } = resource;
  afterEach(() => {
    resource.stackTrace = stackTrace;
  });

  it("are what the SDK records, and are left out of the state", () => {
    const traced = () => resource.stackTrace(0);
    assert.ok(traced().length > 0, "the SDK records them in another way: mend stack/traces.ts");
    leaveResourcesUntraced();
    assert.deepEqual(traced(), []);
  });
});
