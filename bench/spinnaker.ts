import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { SERVICE_NAMES, kindOf } from "../components/spinnaker/service-table";
import { installOperatorsCrd, kubectl } from "../test/integration/spinnaker/cluster";
import { TestStack } from "../test/integration/stack";
import { row, seconds, spread } from "./figures";

const run = promisify(execFile);
const ROUNDS = 5;
const GROUP = "spinnaker.armory.io";
const NAMESPACE = "bench-spinnaker";
const COMMAND = resolve(__dirname, "..", "cli", "countersign.cjs");

/** All services that are no variants of others, each with everything that it can have. */
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

/** What Spinnaker costs, with a handful more of services than most have. */
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

  const outputs = join(stack.directory, "outputs.json");
  const { stdout } = await stack.run(["stack", "output", "--json"]);
  writeFileSync(outputs, stdout);
  const previews: number[] = [];
  const verifications: number[] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    const preview = await seconds(() => stack.assertSettled());
    const verification = await seconds(() =>
      run(process.execPath, [COMMAND, "verify", "--outputs", outputs], {
        env: { ...process.env, ...stack.environment },
      }),
    );
    if (round === 0) continue; // warms caches
    previews.push(preview);
    verifications.push(verification);
  }
  row(`${label}, preview without a change (s)`, spread(previews));
  row(`${label}, countersign verify (s)`, spread(verifications));
  await stack.destroy();
}
