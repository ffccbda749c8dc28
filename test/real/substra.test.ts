import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { resolve } from "node:path";
import { consortium } from "../integration/example";
import { TestStack } from "../integration/stack";
import { nearlyExpire } from "../integration/time";
import { deployedVersions, realChart } from "./material";

const command = resolve(__dirname, "..", "..", "cli", "countersign.cjs");
const MSP_IDS = ["MyOrg1MSP", "MyOrg2MSP"];

/** Each orchestrator with two backends of its time. */
const [newestOrchestrator = "", oldestOrchestrator = ""] = deployedVersions("orchestrator");
const backends = deployedVersions("substra-backend");
const DEPLOYMENTS = [
  { orchestrator: newestOrchestrator, backends: backends.slice(0, 2) },
  { orchestrator: oldestOrchestrator, backends: backends.slice(2) },
];

for (const { orchestrator, backends: versions } of DEPLOYMENTS) {
  describe(`orchestrator ${orchestrator} with substra-backend ${versions.join(" and ")}, deployed`, function () {
    this.timeout(600_000);
    let stack: TestStack;

    before(async () => {
      const prefix = `real-${orchestrator.replaceAll(".", "-")}`;
      const { organizations, ...sections } = consortium(prefix, MSP_IDS);
      sections.orchestrator.chart.path = realChart("orchestrator", orchestrator);
      for (const [position, version] of versions.entries()) {
        const organization = organizations[MSP_IDS[position] ?? ""];
        assert.ok(organization);
        organization.chart.path = realChart("substra-backend", version);
      }
      stack = await TestStack.create(prefix, { ...sections, organizations });
      await stack.up();
    });

    it("has nothing left to do", () => stack.assertSettled());

    it("verifies", () => assertVerified(stack));

    for (const [party, certificate, secret] of [
      ["orchestrator", "orchestrator-certificate", "orchestrator-server-pair"],
      ["my-org1-msp", "my-org1-msp-certificate", "my-org1-msp-client-pair"],
      ["my-org2-msp", "my-org2-msp-certificate", "my-org2-msp-client-pair"],
    ] as const) {
      it(`renews the certificate of ${party} in one up, and verifies`, async () => {
        await nearlyExpire(stack, certificate);
        const expected = [
          `replace LocallySignedCert ${certificate}`,
          `replace Secret ${secret}`,
          `update Release ${party}`,
        ];
        assert.deepEqual(await stack.preview(), expected);
        assert.deepEqual((await stack.up()).changes, expected);
        await stack.assertSettled();
        await assertVerified(stack);
      });
    }

    it("is destroyed", () => stack.destroy());
  });
}

/** Checks of a consortium of two; on the stand-ins they are as many (test/integration/verify.test.ts). */
async function assertVerified(stack: TestStack): Promise<void> {
  const args = [command, "verify", "--stack", stack.name, "--all"];
  const options = { cwd: stack.directory, env: { ...process.env, ...stack.environment } };
  const text = await new Promise<string>((done) => {
    execFile(process.execPath, args, options, (_error, stdout, stderr) => done(stderr + stdout));
  });
  assert.match(text, /\d+ checks: all hold\.\n$/);
  assert.doesNotMatch(text, /^ *[×!]/m);
}
