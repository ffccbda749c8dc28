import assert from "node:assert/strict";
import { consortium } from "../integration/example";
import { TestStack } from "../integration/stack";
import { assertRenews, assertVerified } from "./deployed";
import { deployedVersions, realChart } from "./material";

const MSP_IDS = ["MyOrg1MSP", "MyOrg2MSP"];

/** Each orchestrator with two backends from its time. */
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
        await assertRenews(stack, certificate, [
          `replace LocallySignedCert ${certificate}`,
          `replace Secret ${secret}`,
          `update Release ${party}`,
        ]);
      });
    }

    it("is destroyed", () => stack.destroy());
  });
}
