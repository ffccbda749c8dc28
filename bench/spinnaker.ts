import { SERVICE_NAMES, kindOf } from "../components/spinnaker/service-table";
import { installOperatorsCrd, kubectl } from "../test/integration/spinnaker/cluster";
import { TestStack } from "../test/integration/stack";
import { row, seconds, spread } from "./figures";
import { measureSettled } from "./settled";

const GROUP = "spinnaker.armory.io";
const NAMESPACE = "bench-spinnaker";

/** All services that are not variants of others, each with everything that it can have. */
const SERVICES = SERVICE_NAMES.filter((name) => kindOf(name).variantOf === undefined);

const sections = (phase: string) => ({
  authority: { subject: { commonName: "Bench CA" }, generations: { g1: { state: "signing" } } },
  spinnaker: {
    target: { operator: { apiGroup: GROUP } },
    namespace: NAMESPACE,
    phase,
    services: Object.fromEntries(
      SERVICES.map((name) => [
        name,
        { ...(name === "keel" && { host: "keel" }), trust: { publicCas: ["ISRG Root X1"] } },
      ]),
    ),
  },
});

/** Measures Spinnaker with a few more services than most installations have. */
export async function measureSpinnaker(): Promise<void> {
  await installOperatorsCrd(GROUP);
  await kubectl(["create", "namespace", NAMESPACE]);
  const stack = await TestStack.create("bench-spinnaker", sections("prepare"));
  const manifest = { apiVersion: `${GROUP}/v1alpha2`, kind: "SpinnakerService" };
  const theirs = {
    ...manifest,
    metadata: { name: "spinnaker", namespace: NAMESPACE },
    spec: { spinnakerConfig: { config: { version: "2.40.3" } } },
  };
  await kubectl(["apply", "-f", "-"], JSON.stringify(theirs));
  const label = `${SERVICES.length} services`;
  row(`${label}, first up (s)`, spread([await seconds(() => stack.up())]));
  await stack.configure(sections("tls"));
  row(`${label}, from prepare to tls (s)`, spread([await seconds(() => stack.up())]));
  await stack.configure(sections("want"));
  row(`${label}, from tls to want (s)`, spread([await seconds(() => stack.up())]));
  await measureSettled(stack, label);
  await stack.destroy();
}
