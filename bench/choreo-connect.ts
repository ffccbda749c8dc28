import { kubectl } from "../test/integration/kubectl";
import { TestStack } from "../test/integration/stack";
import { nearlyExpire } from "../test/integration/time";
import { row, seconds, spread } from "./figures";
import { measureSettled } from "./settled";

const BACKENDS = 20;
const NAMESPACE = "bench-shop";

const names = Array.from({ length: BACKENDS }, (_, index) => `backend-${index + 1}`);

const sections = {
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
          endpoints: [`https://${name}.${NAMESPACE}:8443`],
          namespace: NAMESPACE,
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
  await kubectl(["create", "namespace", NAMESPACE]);
  const stack = await TestStack.create("bench-choreo-connect", sections);
  const label = `${BACKENDS} backends`;
  row(`${label}, first up (s)`, spread([await seconds(() => stack.up())]));
  await nearlyExpire(stack, "choreo-connect-router-certificate");
  row(`${label}, renewal of the router (s)`, spread([await seconds(() => stack.up())]));
  await measureSettled(stack, label);
  await stack.destroy();
}
