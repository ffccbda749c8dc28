import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { SERVICE_NAMES, kindOf } from "../components/spinnaker/service-table";
import { installOperatorsCrd, kubectl } from "../test/integration/spinnaker/cluster";
import { TestStack } from "../test/integration/stack";
import { nearlyExpire } from "../test/integration/time";
import { row, seconds, spread } from "./figures";

const GROUP = "spinnaker.armory.io";
const SPINNAKER_NAMESPACE = "bench-spinnaker";

/** All services that are not variants of others, each with everything that it can have. */
const SERVICES = SERVICE_NAMES.filter((name) => kindOf(name).variantOf === undefined);

const spinnakerSections = (phase: string) => ({
  authority: { subject: { commonName: "Bench CA" }, generations: { g1: { state: "signing" } } },
  spinnaker: {
    target: { operator: { apiGroup: GROUP } },
    namespace: SPINNAKER_NAMESPACE,
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
  await kubectl(["create", "namespace", SPINNAKER_NAMESPACE]);
  const stack = await TestStack.create("bench-spinnaker", spinnakerSections("prepare"));
  const manifest = { apiVersion: `${GROUP}/v1alpha2`, kind: "SpinnakerService" };
  const theirs = {
    ...manifest,
    metadata: { name: "spinnaker", namespace: SPINNAKER_NAMESPACE },
    spec: { spinnakerConfig: { config: { version: "2.40.3" } } },
  };
  await kubectl(["apply", "-f", "-"], JSON.stringify(theirs));
  const label = `${SERVICES.length} services`;
  row(`${label}, first up (s)`, spread([await seconds(() => stack.up())]));
  await stack.configure(spinnakerSections("tls"));
  row(`${label}, from prepare to tls (s)`, spread([await seconds(() => stack.up())]));
  await stack.configure(spinnakerSections("want"));
  row(`${label}, from tls to want (s)`, spread([await seconds(() => stack.up())]));
  await measureSettled(stack, label);
  await stack.destroy();
}

const BACKENDS = 20;
const SHOP_NAMESPACE = "bench-shop";

const names = Array.from({ length: BACKENDS }, (_, index) => `backend-${index + 1}`);

const choreoConnectSections = {
  authority: { subject: { commonName: "Bench CA" }, generations: { g1: { state: "signing" } } },
  choreoConnect: {
    target: {
      kubernetes: { namespace: "bench-gateway", chart: { path: "charts/choreo-connect" } },
    },
    upstreamTls: {},
    // Each backend uses everything that one can have in a cluster.
    backends: Object.fromEntries(
      names.map((name, index) => [
        name,
        {
          endpoints: [`https://${name}.${SHOP_NAMESPACE}:8443`],
          namespace: SHOP_NAMESPACE,
          trust: index % 2 === 0 ? "endpoint" : "global",
          certificate: { form: index % 2 === 0 ? "pem" : "pkcs12" },
          routerTrust: { forms: ["pem", "pkcs12"] },
        },
      ]),
    ),
    apis: { "All-1.0.0": names },
  },
};

/** Measures Choreo Connect with more backends than most installations have. */
export async function measureChoreoConnect(): Promise<void> {
  await kubectl(["create", "namespace", SHOP_NAMESPACE]);
  const stack = await TestStack.create("bench-choreo-connect", choreoConnectSections);
  const label = `${BACKENDS} backends`;
  row(`${label}, first up (s)`, spread([await seconds(() => stack.up())]));
  await nearlyExpire(stack, "choreo-connect-router-certificate");
  row(`${label}, renewal of the router (s)`, spread([await seconds(() => stack.up())]));
  await measureSettled(stack, label);
  await stack.destroy();
}

const run = promisify(execFile);
const ROUNDS = 5;
const COMMAND = resolve(__dirname, "..", "cli", "countersign.cjs");

/** Measures a deployed stack: a preview that finds nothing to do, and a verification. */
async function measureSettled(stack: TestStack, label: string): Promise<void> {
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
}
