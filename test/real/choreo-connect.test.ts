import { TestStack } from "../integration/stack";
import { assertRenews, assertVerified } from "./deployed";
import { deployedVersions, realChart } from "./material";

const sections = (version: string, prefix: string) => ({
  authority: {
    subject: { commonName: "Gateway test CA" },
    generations: { g1: { state: "signing" } },
  },
  choreoConnect: {
    target: {
      kubernetes: {
        namespace: `${prefix}-gateway`,
        createNamespace: true,
        chart: { path: realChart("choreo-connect", version) },
      },
    },
    upstreamTls: { maximum: "TLS1_2" },
    publicCas: ["ISRG Root X1"],
    backends: {
      payments: { endpoints: ["https://payments.example.com:8443/v1"] },
      ratings: { endpoints: ["https://ratings.example.com"], trust: "global" },
    },
    apis: { "Shop-1.0.0": ["payments"] },
  },
});

for (const version of deployedVersions("choreo-connect")) {
  describe(`choreo-connect ${version}, deployed`, function () {
    this.timeout(600_000);
    let stack: TestStack;

    before(async () => {
      const prefix = `real-cc-${version.replaceAll(".", "-")}`;
      stack = await TestStack.create(prefix, sections(version, prefix));
      await stack.up();
    });

    it("has no further changes", () => stack.assertSettled());

    it("is verified", () => assertVerified(stack));

    for (const part of ["router", "enforcer", "adapter"]) {
      it(`renews the certificate of the ${part} in one up, and is verified`, async () => {
        await assertRenews(stack, `choreo-connect-${part}-certificate`, [
          `replace LocallySignedCert choreo-connect-${part}-certificate`,
          `replace Secret choreo-connect-${part}-keys`,
          "update Release choreo-connect",
        ]);
      });
    }

    it("is destroyed", () => stack.destroy());
  });
}
