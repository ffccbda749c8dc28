import assert from "node:assert/strict";
import { verifySubstra } from "../../systems/substra/verify";
import { Helm, chartFolder } from "../integration/charts/helm";
import { mutualBackend } from "../integration/charts/values";
import { deployOnPaper } from "./paper-cluster";
import { realChart, versionsOf } from "./material";

/** A consortium of one organization, on charts in these folders. */
function consortium(orchestrator: string, backend: string): object {
  return {
    authority: {
      subject: { commonName: "Paper CA" },
      generations: { g1: { state: "trusted" }, g2: { state: "signing" } },
    },
    orchestrator: {
      channels: { mychannel: { organizations: ["MyOrg1MSP"] } },
      chart: { path: orchestrator },
    },
    organizations: {
      MyOrg1MSP: {
        hostname: "substra.org-1.example",
        chart: { path: backend },
      },
    },
  };
}

describe("every supported version of the real charts, with the values that we compute", function () {
  this.timeout(60_000);
  let helm: Helm;
  let expected: string[];

  before(async () => {
    helm = await Helm.start();
    const standIns = consortium(chartFolder("orchestrator"), chartFolder("substra-backend"));
    const { cluster, outputs } = await deployOnPaper(standIns, helm);
    const checks = await verifySubstra(cluster, outputs, new Date());
    expected = checks.map(({ party, code }) => `${party} ${code}`);
  });
  after(() => helm.stop());

  const { supported: orchestrators } = versionsOf("orchestrator");
  const { supported: backends, refused } = versionsOf("substra-backend");

  // Each version of the one beside one of the other, the newest with the newest.
  for (const [position, backend] of backends.entries()) {
    const orchestrator = orchestrators[position % orchestrators.length] ?? "";
    it(`verifies: orchestrator ${orchestrator}, substra-backend ${backend}`, async () => {
      const sections = consortium(
        realChart("orchestrator", orchestrator),
        realChart("substra-backend", backend),
      );
      const { cluster, outputs } = await deployOnPaper(sections, helm);
      const checks = await verifySubstra(cluster, outputs, new Date());
      assert.deepEqual(
        checks.filter(({ ok }) => !ok).map(({ code, message }) => `${code}: ${message}`),
        [],
      );
      // Not a line more than on the stand-ins, where all workloads are alike.
      assert.deepEqual(
        checks.map(({ party, code }) => `${party} ${code}`),
        expected,
      );
    });
  }

  for (const backend of refused) {
    it(`refuses substra-backend ${backend}, which no cluster takes`, async () => {
      const chart = realChart("substra-backend", backend);
      const target = { release: "backend", namespace: "org1" };
      const rendered = helm.template(chart, target, mutualBackend);
      // 26.6.3 is no YAML; 26.10.0 and 26.10.1 write Go's own form of a map where a Deployment's strategy is wanted.
      if (backend === "26.6.3") await assert.rejects(rendered, /error converting YAML/);
      else assert.match(JSON.stringify(await rendered), /"strategy":\s*"map\[/);
    });
  }
});
