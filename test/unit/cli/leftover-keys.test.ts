import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { removeLeftoverKeys } from "../../../cli/recovery/leftover-keys";
import { keys } from "../x509/make-keys";

const KEY = keys("p256").privateKey.export({ format: "pem", type: "pkcs8" }).toString();
const EVENT = '{"resourcePreEvent":{"metadata":{"type":"countersign:pki:Identity"}}}\n';

describe("a folder that killed runs of earlier versions left among the temporary files", () => {
  let place: string;
  beforeEach(() => (place = mkdtempSync(join(tmpdir(), "countersign-leftovers-"))));
  afterEach(() => rmSync(place, { recursive: true }));

  /** Creates a folder with a file. The folder was last changed some minutes ago. */
  function leave(name: string, file: string, content: string, minutes = 5): string {
    const folder = join(place, name);
    mkdirSync(folder);
    writeFileSync(join(folder, file), content);
    const then = new Date(Date.now() - minutes * 60_000);
    utimesSync(folder, then, then);
    return folder;
  }
  const left = () => readdirSync(place).sort();

  it("is removed if it contains event logs, or certificates with unencrypted keys", () => {
    const events = leave("countersign-events-tIRAUx", "events.json", EVENT, 0);
    const log = leave("automation-logs-up-AbCdEf", "eventlog.txt", `{}\n${EVENT}`, 0);
    const pair = leave("countersign-AbCdEf", "tls.key", KEY);
    const because = "which a killed run of an earlier version left with private keys";
    assert.deepEqual(
      removeLeftoverKeys([place, place]).sort(),
      [log, pair, events].map((folder) => `removed ${folder}, ${because}`),
    );
    assert.deepEqual(left(), []);
    assert.deepEqual(removeLeftoverKeys([place]), []);
  });

  it("stays if it is another program's, may be in use, or is Countersign's but contains no key", () => {
    leave("automation-logs-up-AbCdEf", "eventlog.txt", '{"type":"aws:s3/bucket:Bucket"}\n');
    leave("countersign-AbCdEf", "tls.key", KEY, 0);
    leave("countersign-GhIjKl", "tls.key", KEY.replaceAll("PRIVATE", "ENCRYPTED PRIVATE"));
    leave("countersign-report-AbCdEf", "tls.key", KEY);
    leave("elsewhere", "events.json", EVENT);
    writeFileSync(join(place, "countersign-events-file"), KEY);
    symlinkSync(join(place, "elsewhere"), join(place, "countersign-events-linked"));
    const before = left();
    assert.deepEqual(removeLeftoverKeys([place, join(place, "none")]), []);
    assert.deepEqual(left(), before);
  });

  it("stays while a process has it among its arguments", async () => {
    const folder = leave("countersign-events-AbCdEf", "events.json", EVENT);
    const script = 'console.log("runs"); setInterval(() => {}, 1000)';
    const events = join(folder, "events.json");
    const child = spawn(process.execPath, ["-e", script, "--", "--event-log", events]);
    await once(child.stdout, "data");
    assert.deepEqual(removeLeftoverKeys([place]), []);
    const ended = once(child, "exit");
    child.kill("SIGKILL");
    await ended;
    assert.equal(removeLeftoverKeys([place]).length, 1);
  });
});
