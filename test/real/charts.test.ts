import { backendFacts } from "../integration/charts/backend-facts";
import { orchestratorFacts } from "../integration/charts/orchestrator-facts";
import type { Helm } from "../integration/charts/helm";
import { deployedVersions, realHelm } from "./material";

/** The contract of each chart. Together, the deployed versions cover every form that the chart has had. */
const CONTRACTS: Readonly<Record<string, (helm: () => Helm, version: string) => void>> = {
  orchestrator: orchestratorFacts,
  "substra-backend": backendFacts,
};

describe("the real charts", function () {
  this.timeout(60_000);

  for (const [chart, facts] of Object.entries(CONTRACTS)) {
    for (const version of deployedVersions(chart)) {
      describe(`${chart} ${version}`, () => {
        let helm: Helm;
        before(async () => (helm = await realHelm({ [chart]: version })));
        after(() => helm.stop());
        facts(() => helm, version);
      });
    }
  }
});
