import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { admissionOf } from "../../../enrollment/documents";
import { filesOfAdmission, writePublicFile } from "../../../enrollment/files";
import { ADMISSION_FORM } from "../../../systems/substra/admission";
import {
  CONSORTIUM_SECTIONS,
  admittedOf,
  enrol,
  outputsOf,
  requestedOf,
  runConsortium,
  runMember,
  said,
  secretOf,
  topsOf,
} from "./parties";

describe("stacks that exchange files", () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "countersign-enrollment-"));
  });
  afterEach(() => {
    rmSync(directory, { recursive: true });
  });

  const signedBy = () => ({ signedBy: { directory, trust: ["first-use"] } });
  const enrolling = () => ({
    enrollments: {
      MyOrg2MSP: {
        ...CONSORTIUM_SECTIONS.enrollments.MyOrg2MSP,
        request: { file: join(directory, "request.pem") },
      },
    },
  });
  const waiting = (file: string) => `there is no file ${join(directory, file)} yet`;

  it("wait for each other's files, and then behave as with each other's outputs", async () => {
    const none = await runConsortium(enrolling());
    assert.deepEqual(said(none), [`info: MyOrg2MSP waits: ${waiting("request.pem")}`]);
    const asked = await runMember(signedBy(), { cluster: false });
    assert.deepEqual(asked.errors, []);
    const reason = `there is no file ${["certificate.pem", "trust.pem", "consortium.yaml"].map((name) => join(directory, name)).join(" and no file ")} yet`;
    assert.deepEqual(said(asked), [`info: MyOrg2MSP waits: ${reason}`]);

    writePublicFile(join(directory, "request.pem"), requestedOf(asked).request);
    const signed = await runConsortium(enrolling(), { state: none.state });
    assert.deepEqual(signed.errors, []);
    assert.deepEqual(said(signed), []);

    const received = admissionOf(
      outputsOf(signed).admissions,
      "MyOrg2MSP",
      "the consortium",
      ADMISSION_FORM,
    );
    assert.equal(received.kind, "here");
    for (const [name, text] of Object.entries(filesOfAdmission(received.value, ADMISSION_FORM)))
      writePublicFile(join(directory, name), text);
    const deployed = await runMember(signedBy(), { state: asked.state });
    assert.deepEqual(deployed.errors, []);
    assert.deepEqual(said(deployed), []);
    assert.equal(secretOf(deployed, "my-org2-msp-client-pair")["tls.crt"], admittedOf(signed));
  });

  it("continue without them, with a warning", async () => {
    const { asked, deployed } = await enrol();
    writePublicFile(join(directory, "request.pem"), requestedOf(asked).request);
    const signed = await runConsortium(enrolling());
    rmSync(join(directory, "request.pem"));
    const consortium = await runConsortium(enrolling(), { state: signed.state });
    assert.deepEqual(consortium.state, signed.state);
    assert.deepEqual(said(consortium), [
      `warn: ${waiting("request.pem")}: the request of MyOrg2MSP that was signed before stays in force`,
    ]);
    const member = await runMember(signedBy(), { state: deployed.state });
    assert.deepEqual(member.errors, []);
    assert.deepEqual(topsOf(member), topsOf(deployed));
  });

  it("accept no private key from a file, and name the file", async () => {
    const { deployed } = await enrol();
    const key = secretOf(deployed, "my-org2-msp-client-pair")["tls.key"] ?? "";
    const run = await runConsortium({
      enrollments: { MyOrg2MSP: { request: { file: keyFile(key) } } },
    });
    assert.deepEqual(topsOf(run), []);
    assert.equal(run.errors.length, 1);
    assert.ok(run.errors[0]?.startsWith(`${join(directory, "request.pem")} holds a private key`));
    assert.ok(!run.errors[0]?.includes(key.slice(40, 60)));
  });
  it("accept only regular files that are not too long, and report the configuration key", async () => {
    const { deployed } = await enrol();
    const request = join(directory, "request.pem");
    const key = "countersign:enrollments.MyOrg2MSP.request.file";
    execFileSync("mkfifo", [request]);
    const piped = await runConsortium(enrolling());
    assert.deepEqual(piped.errors, [`${key}: ${request} is a named pipe, not a file`]);
    rmSync(request);
    symlinkSync("/dev/zero", request);
    const endless = await runConsortium(enrolling());
    assert.deepEqual(endless.errors, [`${key}: ${request} is a device, not a file`]);

    for (const name of ["certificate.pem", "trust.pem"]) writeFileSync(join(directory, name), "");
    const path = join(directory, "consortium.yaml");
    const take = async () => {
      const run = await runMember(signedBy(), { state: deployed.state });
      assert.deepEqual(topsOf(run), []);
      return run.errors.map((error) => error.replaceAll(path, "X"));
    };
    const directoryKey = "countersign:organizations.MyOrg2MSP.signedBy.directory";
    writeFileSync(path, "x".repeat(64 * 1024 + 1));
    assert.deepEqual(await take(), [`${directoryKey}: X is longer than 64 KiB`]);
    rmSync(path);
    mkdirSync(path);
    assert.deepEqual(await take(), [`${directoryKey}: X is a folder, not a file`]);
    rmSync(path, { recursive: true });
    const outside = realpathSync("package.json");
    symlinkSync(outside, path);
    assert.deepEqual(await take(), [
      `${directoryKey}: X is a link to ${outside}, outside of ${directory}`,
    ]);
  });

  const keyFile = (key: string) => {
    const path = join(directory, "request.pem");
    writeFileSync(path, key);
    return path;
  };
});
