import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { NO_FILE } from "../../cli/report/config-lines";
import { findingsOf, parseGates } from "../../cli/report/gate";
import { readPlan } from "../../cli/report/plan";
import { reportOf } from "../../cli/report/report";
import { FILES } from "../../enrollment/files";
import { ADMISSION_FORM } from "../../systems/substra/admission";
import { readCertificate } from "../../x509";
import { namespacesOf, runningPods } from "./api";
import { assertKeysStayHome } from "./keys-at-home";
import { SeparateStacks, failuresIn } from "./separate-stacks";

const MSP_IDS = ["MyOrg1MSP", "MyOrg2MSP"];
const [FIRST = "", SECOND = ""] = MSP_IDS;

describe("organizations with their own stacks and backends", function () {
  this.timeout(900_000);
  const prefix = "own";
  let consortium: SeparateStacks;

  before(async () => {
    consortium = await SeparateStacks.create(prefix, { [FIRST]: "files", [SECOND]: "files" });
  });

  it("first create their keys and requests, deploy nothing, and report what they wait for", async () => {
    for (const [position, mspId] of MSP_IDS.entries()) {
      const { changes } = await consortium.upOrganization(mspId);
      assert.deepEqual(changes, [
        `create Enrollment my-org${position + 1}-msp`,
        `create PrivateKey my-org${position + 1}-msp-k1-key`,
        `create Stack countersign-${consortium.of(mspId).name}`,
        "create pulumi default",
        "create tls default_5_3_1",
      ]);
      const reason = `there is no file ${["certificate.pem", "trust.pem", "consortium.yaml"]
        .map((name) => `enrollments/${mspId}/${name}`)
        .join(" and no file ")} yet`;
      const { waiting } = await consortium.of(mspId).values();
      assert.deepEqual(waiting, { [mspId]: reason });
      const printed = consortium.of(mspId).printed.join("");
      assert.ok(printed.includes(`${mspId} waits: ${reason}`), printed);
    }
    assert.deepEqual(await namespacesOf(prefix), []);
  });

  it("are certified and listed by the consortium's stack in one up", async () => {
    await consortium.upHost();
    const { admissions } = (await consortium.host.values()) as {
      admissions: { organizations: Record<string, { certificate: string; channels: string[] }> };
    };
    assert.deepEqual(Object.keys(admissions.organizations), MSP_IDS);
    for (const mspId of MSP_IDS) {
      const { certificate, channels } = admissions.organizations[mspId] ?? {};
      assert.deepEqual(channels, ["mychannel"]);
      const { subject } = readCertificate(certificate ?? "");
      assert.deepEqual(subject.organizations, [mspId]);
    }
  });

  it("then deploy, and everything works", async () => {
    for (const mspId of MSP_IDS) {
      const { changes } = await consortium.upOrganization(mspId);
      assert.ok(changes.some((change) => change.startsWith("create Release ")));
      assert.ok(!changes.some((change) => change.includes("PrivateKey")));
    }
    await consortium.assertWorks(MSP_IDS);
  });

  it("have nothing left to do", async () => {
    for (const stack of [consortium.host, ...consortium.stacks.values()]) {
      await stack.assertSettled();
    }
  });

  it("have no private key, or ciphertext of one, in another stack's state", async () => {
    await assertKeysStayHome([consortium.host, ...consortium.stacks.values()]);
  });

  it("refuse files that move the orchestrator, unless they accept exactly these: then the report warns of the move", async () => {
    const stack = consortium.of(SECOND);
    const file = join(consortium.directory(stack, SECOND), ADMISSION_FORM.documentFile);
    const text = readFileSync(file, "utf8");
    writeFileSync(file, text.replace(/port: \d+/, "port: 9999"));
    const refused = await stack.refusal();
    assert.match(
      refused,
      /moves the orchestrator from \S+:\d+, which is dialled now, to \S+:9999:/,
    );
    const [, accept] = /signedBy\.accept to ([0-9a-f]{64}) if so/.exec(refused) ?? [];
    assert.ok(accept, refused);
    await consortium.override(SECOND, { signedBy: { accept } });
    const { stdout } = await stack.run(["preview", "--json", "--show-sames"]);
    const report = await reportOf([readPlan(stdout, "the preview")], {
      ...{ at: new Date(), linesOf: () => NO_FILE },
      ...{ project: stack.directory, base: undefined, charts: false },
    });
    assert.match(
      findingsOf(report, parseGates("breaking"))
        .map(({ text: finding }) => finding)
        .join(),
      /^The admission that MyOrg2MSP accepts from another stack reverts something: it moves the orchestrator from/,
    );
    writeFileSync(file, text);
    await consortium.override(SECOND, { signedBy: {} });
    await stack.assertSettled();
  });

  it("refuse a named pipe in place of a file", async () => {
    const stack = consortium.of(SECOND);
    const file = join(consortium.directory(stack, SECOND), ADMISSION_FORM.documentFile);
    const text = readFileSync(file, "utf8");
    rmSync(file);
    execFileSync("mkfifo", [file]);
    assert.match(
      await stack.refusal(),
      /organizations\.MyOrg2MSP\.signedBy\.directory: enrollments\/MyOrg2MSP\/consortium\.yaml is a named pipe, not a file/,
    );
    rmSync(file);
    writeFileSync(file, text);
  });

  it("leave without affecting others, and then lose access", async () => {
    const podsBefore = await podNames(`${prefix}-org-1`);
    await consortium.enroll([FIRST]);
    const { changes } = await consortium.upHost();
    assert.deepEqual(
      changes.filter((change) => !change.startsWith("update ")),
      ["delete LocallySignedCert my-org2-msp-certificate"],
    );
    assert.deepEqual((await consortium.upOrganization(FIRST)).changes, []);
    assert.deepEqual(await podNames(`${prefix}-org-1`), podsBefore);

    const checks = await consortium.verify();
    const failures = failuresIn(checks);
    assert.deepEqual([...new Set(failures.map((failure) => failure.split(" ")[0]))], [SECOND]);
    const accepted = failures.find((failure) => failure.startsWith(`${SECOND} accepted: `));
    assert.match(accepted ?? "", /OE0102: no CA is listed for MyOrg2MSP/);
    assert.ok(checks.some(({ party, code, ok }) => ok && party === FIRST && code === "accepted"));
  });

  it("can return only with a new key", async () => {
    await consortium.enroll(MSP_IDS);
    const text = await consortium.host.refusal();
    assert.match(
      text,
      /the request of MyOrg2MSP asks for the key [0-9a-f]{16}…, which is held by "MyOrg2MSP until it was removed"/,
    );
    await consortium.override(SECOND, { organization: { certificate: { keys: ["k1", "k2"] } } });
    await consortium.upOrganization(SECOND);
    await consortium.upHost();
    await consortium.upOrganization(SECOND);
    await consortium.assertWorks(MSP_IDS);
  });

  it("get no new certificate for a key that has been replaced", async () => {
    const stack = consortium.host;
    const file = join(consortium.directory(stack, FIRST), FILES.request);
    const old = readFileSync(file, "utf8");
    await consortium.override(FIRST, { organization: { certificate: { keys: ["k1", "k2"] } } });
    await consortium.upOrganization(FIRST);
    await consortium.upHost();
    await consortium.upOrganization(FIRST);
    writeFileSync(file, old);
    assert.match(
      await stack.refusal(),
      /the request of MyOrg1MSP asks for the key [0-9a-f]{16}…, which is held by "MyOrg1MSP until another key took its place".*enrollments\.MyOrg1MSP\.publicKey/,
    );
  });
});

async function podNames(namespace: string): Promise<string[]> {
  return (await runningPods(namespace)).map(({ metadata }) => metadata?.name ?? "").sort();
}
