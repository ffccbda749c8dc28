import assert from "node:assert/strict";
import { verifySubstra } from "../../systems/substra/verify";
import { Helm, chartFolder } from "../integration/charts/helm";
import { mutualBackend } from "../integration/charts/values";
import { deployOnPaper } from "./paper-cluster";
import { realChart, versionsOf } from "./material";

/** Returns a consortium of one organization, with charts in these folders. */
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

describe("every supported version of the real charts, with Countersign's values", function () {
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

  // Each version of the backend with one of the orchestrator, the newest with the newest.
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
      // The same lines as with the stand-ins, where all workloads are alike.
      assert.deepEqual(
        checks.map(({ party, code }) => `${party} ${code}`),
        expected,
      );
    });
  }

  for (const backend of refused) {
    it(`refuses substra-backend ${backend}, which no cluster accepts`, async () => {
      const chart = realChart("substra-backend", backend);
      const target = { release: "backend", namespace: "org1" };
      const rendered = helm.template(chart, target, mutualBackend);
      // 26.6.3 is not valid YAML; 26.10.0 and 26.10.1 write a Deployment's strategy in Go's own form of a map.
      if (backend === "26.6.3") await assert.rejects(rendered, /error converting YAML/);
      else assert.match(JSON.stringify(await rendered), /"strategy":\s*"map\[/);
    });
  }
});
