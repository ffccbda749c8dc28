import assert from "node:assert/strict";
import { hostname } from "node:os";
import { areAbandoned, describeLocks, locksIn } from "../../../../cli/fleet/failure";

const SAID = `error: the stack is currently locked by 2 lock(s). Either wait for the other process(es) to end or delete the lock file with \`pulumi cancel\`.
  file:///srv/state/.pulumi/locks/organization/countersign/org-1/6f51.json?no_tmp_dir=true: created by ada@build-1 (pid 304) at 2026-11-22T20:46:34Z
  file:///srv/state/.pulumi/locks/organization/countersign/org-1/7a62.json?no_tmp_dir=true: created by Ada L@build-2 (pid 17) at 2026-11-22T20:46:35Z
`;

const FIRST = { user: "ada", host: "build-1", pid: 304, since: "2026-11-22T20:46:34Z" };
const SECOND = { user: "Ada L", host: "build-2", pid: 17, since: "2026-11-22T20:46:35Z" };

describe("the locks of a stack", () => {
  it("are read from the CLI's output, once each", () => {
    assert.deepEqual(locksIn(SAID), [FIRST, SECOND]);
    assert.deepEqual(locksIn(SAID + SAID), [FIRST, SECOND]);
  });

  it("are read from a database's masked URL, too", () => {
    const said = SAID.replaceAll("file:///srv", "postgres://****:****@db.example:5432");
    assert.deepEqual(locksIn(said), [FIRST, SECOND]);
  });

  it("are unknown if a service keeps them", () => {
    assert.deepEqual(
      locksIn("error: [409] Conflict: Another update is currently in progress."),
      [],
    );
  });

  it("are not read from another error", () => {
    assert.equal(locksIn("error: created by ada@build-1 (pid 304) at noon"), undefined);
  });

  it("are abandoned only if all their processes ran on this host and have ended", () => {
    const here = { ...FIRST, host: hostname() };
    const dead = () => false;
    assert.equal(areAbandoned([here], dead), true);
    assert.equal(
      areAbandoned([here], () => true),
      false,
    );
    assert.equal(areAbandoned([here, SECOND], dead), false);
    assert.equal(areAbandoned([], dead), false);
    assert.equal(areAbandoned([{ ...here, pid: process.pid }]), false);
  });

  it("are described with what to do", () => {
    assert.equal(
      describeLocks("org-1", [FIRST]),
      "stack org-1 is being updated by process 304 on build-1 since 2026-11-22T20:46:34Z: wait until it has ended, then run `countersign fleet up --resume`; if it was killed, run `pulumi cancel org-1` first",
    );
    assert.equal(
      describeLocks("org-1", [{ ...FIRST, host: hostname() }]),
      `stack org-1 is being updated by process 304 on ${hostname()} since 2026-11-22T20:46:34Z: wait until it has ended, then run \`countersign fleet up --resume\``,
    );
    assert.equal(
      describeLocks("org-1", []),
      "stack org-1 is being updated by somebody else: wait until it has ended, then run `countersign fleet up --resume`; if it was killed, run `pulumi cancel org-1` first",
    );
  });
});
