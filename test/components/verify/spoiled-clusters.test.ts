import assert from "node:assert/strict";
import type { Check } from "../../../verify/check";
import type { Cluster } from "../../../verify/cluster/api";
import { CannotCheck } from "../../../command/failure";
import { verifyChoreo } from "../../../systems/choreo/verify";
import { verifyChoreoConnect } from "../../../systems/choreo-connect/verify";
import { verifySpinnaker } from "../../../systems/spinnaker/verify";
import { verifyServices } from "../../../systems/services/verify";
import { StoreShelf } from "../../../verify/stores";
import { Chance } from "../../soak/chance";
import { fakeCluster } from "../../unit/cli/fake-cluster";
import { spoiledCluster } from "../../unit/cli/spoiled-cluster";
import { makeProject } from "./make-choreo";
import { makeInCluster } from "./make-gateway-pods";
import { DB, ORDERS, RELEASE, makeServices } from "./make-services";
import { makeSpinnaker, type Setting } from "./make-spinnaker";

/** Number of clusters of each kind that are tried; `SPOILED=1000` tries more. */
const CLUSTERS = Number(process.env.SPOILED ?? 5);
const SEED = Number(process.env.COUNTERSIGN_SEED ?? 14);

type Verify = (change: (cluster: Cluster) => Cluster) => Promise<readonly Check[]>;

const shelf = new StoreShelf();
const spinnaker =
  (setting: Setting): Verify =>
  (change) => {
    const { stack, objects } = makeSpinnaker(setting);
    return verifySpinnaker(change(fakeCluster(objects)), stack, new Date(), shelf);
  };
const choreo =
  (target: "openchoreo" | "by-hand"): Verify =>
  async (change) => {
    const { outputs, keys, objects } = await makeProject(target);
    const cluster = change(fakeCluster(objects));
    return verifyChoreo(outputs, { cluster, keys }, new Set(), new Date());
  };

const SYSTEMS: Readonly<Record<string, Verify>> = {
  "Choreo on OpenChoreo": choreo("openchoreo"),
  "Choreo on OpenChoreo, with keys that people enter": choreo("by-hand"),
  "Choreo Connect": (change) => {
    const { stack, kept, objects } = makeInCluster();
    const access = { cluster: change(fakeCluster(objects)), kept };
    return verifyChoreoConnect(stack, access, new Date(), shelf);
  },
  Services: async (change) => {
    const { stack, objects } = await makeServices({
      db: { ...DB, files: { form: "combined" } },
      orders: ORDERS,
      stores: { ...DB, files: { form: "jks", ca: { form: "pkcs12" } } },
      agent: {
        namespace: "ns",
        restarts: ["daemonset/agent"],
        files: { ca: { form: "directory" } },
      },
      web: { namespace: "ns", calls: { db: {} }, release: RELEASE },
    });
    return verifyServices(change(fakeCluster(objects)), stack, new Date(), shelf);
  },
  "Spinnaker by the Operator": spinnaker("operator"),
  "Spinnaker by kustomize": spinnaker("kustomize"),
};

describe("the verification of a cluster in which anything may have been changed", function () {
  this.timeout(CLUSTERS * 10_000);
  for (const [name, verify] of Object.entries(SYSTEMS))
    it(`reports what is wrong, and never ends with another error: ${name}`, async () => {
      let failing = 0;
      for (let round = 0; round < CLUSTERS; round++) {
        const chance = new Chance(SEED * 1000 + round);
        try {
          const checks = await verify((cluster) => spoiledCluster(cluster, chance));
          if (checks.some(({ ok }) => !ok)) failing++;
        } catch (error) {
          assert.ok(
            error instanceof CannotCheck,
            `round ${round}: ${(error as Error).stack ?? ""}`,
          );
          failing++;
        }
      }
      assert.ok(failing > CLUSTERS / 2, `only ${failing} of ${CLUSTERS} were found to be wrong`);
    });
});
