import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { DoesNotHold, PassFailed, StackLocked } from "../../../../cli/fleet/failure";
import { PublishedOutputs, stackDigest } from "../../../../cli/fleet/stack-folder";
import {
  Passes,
  RunRecord,
  type DonePass,
  type PassesOptions,
} from "../../../../cli/fleet/run/passes";
import type { Task } from "../../../../cli/fleet/run/plan";

const REQUEST: Task = {
  id: "org-1 request",
  stack: "org-1",
  pass: "request",
  needs: [],
  after: [],
  requests: [{ party: "MyOrg1MSP", signer: "consortium", key: "k2" }],
};
const DEPLOY: Task = { ...REQUEST, id: "org-1 deploy", pass: "deploy", requests: [] };

/** No process can have this id. */
const DEAD = { user: "ada", host: hostname(), pid: 2 ** 30, since: "2026-11-22T20:46:34Z" };

const published = (key: string) => ({
  requests: { format: 1, organizations: { MyOrg1MSP: { request: "PEM", key } } },
  waiting: { MyOrg1MSP: "a certificate from consortium" },
});

describe("a pass of a stack", () => {
  let directory: string;
  let calls: string[];
  let isNew: boolean;
  const updates: (() => void)[] = [];

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "countersign-passes-"));
    writeFileSync(join(directory, "Pulumi.yaml"), "name: countersign\n");
    writeFileSync(join(directory, "Pulumi.org-1.yaml"), "config: {}\n");
    calls = [];
    isNew = false;
    updates.length = 0;
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  const call = (text: string) => {
    calls.push(text);
    return Promise.resolve();
  };

  function passes(outputs: object = {}, more: Partial<PassesOptions> = {}): Passes {
    const read = PublishedOutputs.of(outputs);
    return new Passes({
      folder: {
        directory,
        project: "countersign",
        stacks: [{ name: "org-1", signed: [], takesRequestsOf: [], cluster: {} }],
      },
      stacks: {
        create: ({ name }) => call(`create ${name}`).then(() => isNew),
        outputs: (stack) => call(`outputs of ${stack}`).then(() => read),
        preview: (stack) => call(`preview ${stack}`).then(() => ({ create: 1 })),
        recover: ({ name }) => call(`recover ${name}`).then(() => ["release a/b starts over"]),
        up: async (stack) => {
          await call(`up ${stack}`);
          updates.shift()?.();
          return { changes: { create: 2 }, outputs: read };
        },
      },
      logs: directory,
      kept: new Map<string, DonePass>(),
      verification: {
        verify: ({ name }) => call(`verify ${name}`).then(() => "3 checks: all hold"),
      },
      interrupt: new AbortController().signal,
      onStep: () => undefined,
      ...more,
    });
  }

  it("creates the stack and deploys it", async () => {
    assert.deepEqual(await passes(published("k1")).run(DEPLOY), {
      changes: { create: 2 },
      waiting: ["MyOrg1MSP: a certificate from consortium"],
    });
    assert.deepEqual(calls, ["create org-1", "up org-1"]);
  });

  it("only previews the stack if it is a preview", async () => {
    const task: Task = { ...DEPLOY, id: "org-1 preview", pass: "preview" };
    assert.deepEqual(await passes().run(task), { changes: { create: 1 }, waiting: [] });
    assert.deepEqual(calls, ["create org-1", "preview org-1"]);
  });

  it("for requests deploys if the published request is for another key", async () => {
    assert.deepEqual((await passes(published("k1")).run(REQUEST)).changes, { create: 2 });
    assert.deepEqual(calls, ["create org-1", "outputs of org-1", "up org-1"]);
  });

  it("for requests does nothing if they are already published", async () => {
    assert.deepEqual(await passes(published("k2")).run(REQUEST), {
      changes: {},
      waiting: ["MyOrg1MSP: a certificate from consortium"],
      note: "already requested",
    });
    assert.deepEqual(calls, ["create org-1", "outputs of org-1"]);
  });

  it("for requests deploys a new stack, which has published nothing", async () => {
    isNew = true;
    assert.deepEqual((await passes(published("k2")).run(REQUEST)).changes, { create: 2 });
    assert.deepEqual(calls, ["create org-1", "up org-1"]);
  });

  it("is not repeated if it is already done", async () => {
    const kept = new Map([["org-1 deploy", { digest: "x", waiting: ["M: a signature"] }]]);
    assert.deepEqual(await passes({}, { kept }).run(DEPLOY), {
      changes: {},
      waiting: ["M: a signature"],
      note: "already done",
    });
    assert.deepEqual(calls, []);
  });

  it("is recorded with the stack's digest before it began, even if the stack file changes meanwhile", async () => {
    const file = join(directory, "progress.json");
    const digest = stackDigest(directory, "org-1");
    updates.push(() => writeFileSync(join(directory, "Pulumi.org-1.yaml"), "config: { a: 1 }\n"));
    await passes({}, { record: RunRecord.begin(file) }).run(DEPLOY);
    assert.deepEqual(JSON.parse(readFileSync(file, "utf8")), {
      format: 1,
      done: { "org-1 deploy": { digest, waiting: [] } },
    });
  });

  const VERIFY: Task = { ...DEPLOY, id: "org-1 verify", pass: "verify", needs: ["org-1 deploy"] };

  it("only verifies the stack if it is a verification, and is recorded if the stack holds", async () => {
    const file = join(directory, "progress.json");
    const record = RunRecord.begin(file);
    assert.deepEqual(await passes({}, { record }).run(VERIFY), {
      changes: {},
      waiting: [],
      note: "3 checks: all hold",
    });
    assert.deepEqual(calls, ["verify org-1"]);
    const { done } = JSON.parse(readFileSync(file, "utf8")) as { done: object };
    assert.deepEqual(Object.keys(done), ["org-1 verify"]);
  });

  it("lets the stack be deployed again if it does not hold", async () => {
    const file = join(directory, "progress.json");
    const record = RunRecord.begin(file);
    const verification = {
      verify: (_: unknown, onChecks: (text: string) => void) => {
        onChecks("× key\n");
        return Promise.reject(new DoesNotHold(["× key"], []));
      },
    };
    const run = passes({}, { record, verification });
    await run.run(DEPLOY);
    await assert.rejects(run.run(VERIFY), new DoesNotHold(["× key"], []));
    assert.deepEqual(JSON.parse(readFileSync(file, "utf8")), { format: 1, done: {} });
    assert.match(
      readFileSync(join(directory, "org-1.log"), "utf8"),
      /\n== org-1 verify.*\n× key\n$/,
    );
  });

  it("logs into a private file", async () => {
    await passes().run(DEPLOY);
    const log = join(directory, "org-1.log");
    assert.equal(statSync(log).mode & 0o777, 0o600);
    assert.match(readFileSync(log, "utf8"), /^== org-1 deploy, \d{4}-\d\d-\d\dT/);
  });

  it("fails and names the holder of the lock if that process is still running", async () => {
    updates.push(() => {
      throw new StackLocked([{ ...DEAD, pid: process.pid }]);
    });
    await assert.rejects(
      passes().run(DEPLOY),
      new PassFailed([
        `stack org-1 is being updated by process ${process.pid} on ${hostname()} since 2026-11-22T20:46:34Z: wait until it has ended, then run \`countersign fleet up --resume\``,
      ]),
    );
    assert.deepEqual(calls, ["create org-1", "up org-1"]);
  });

  it("removes the lock of a dead process, and reports it", async () => {
    updates.push(() => {
      throw new StackLocked([DEAD]);
    });
    assert.deepEqual(await passes().run(DEPLOY), {
      changes: { create: 2 },
      waiting: [],
      note: `removed the lock of process ${DEAD.pid}, which was killed; release a/b starts over`,
    });
    assert.deepEqual(calls, ["create org-1", "up org-1", "recover org-1", "up org-1"]);
  });

  it("removes a lock only once", async () => {
    const locked = () => {
      throw new StackLocked([DEAD]);
    };
    updates.push(locked, locked);
    await assert.rejects(passes().run(DEPLOY), /^PassFailed: stack org-1 is being updated by/);
    assert.deepEqual(calls, ["create org-1", "up org-1", "recover org-1", "up org-1"]);
  });
});
