import { runtime } from "@pulumi/pulumi";
import { mock } from "node:test";
import { ObjectReader, type ClusterObjects } from "../../components/kubernetes/ownership/reader";
import program from "../../index";
import { runProgram, type EngineOptions } from "./mock-engine";

/** A CA with two generations. */
export const AUTHORITY = {
  subject: { commonName: "Dev CA" },
  generations: { g1: { state: "signing" }, g2: { state: "trusted" } },
};
const PARTY = { chart: { path: "charts/substra-backend" } };

/** Configuration of a stack that owns everything, by section. */
export const SECTIONS = {
  authority: AUTHORITY,
  orchestrator: {
    hostname: "orchestrator.example",
    channels: { mychannel: { organizations: ["MyOrg1MSP", "Org2go"] } },
    chart: { path: "charts/orchestrator" },
  },
  organizations: {
    MyOrg1MSP: { ...PARTY, hostname: "substra.org-1.example" },
    Org2go: {
      ...PARTY,
      hostname: "substra.org-2.example",
      namespace: "elsewhere",
      createNamespace: false,
      orchestrator: { sameCluster: false },
    },
  },
};

export interface StackOptions extends EngineOptions {
  /**
   * Whether it appears to run inside a cluster; otherwise there is none. Nothing is requested over the network.
   * @default true
   */
  readonly cluster?: boolean;
  /** Content of the cluster. @default - empty */
  readonly objects?: ClusterObjects;
}

const EMPTY: ClusterObjects = {
  find: () => Promise.resolve(undefined),
  releaseRecords: () => Promise.resolve([]),
  contentOf: () => Promise.resolve([]),
};

/** Runs index.ts as the Pulumi CLI does, with a configuration. */
export async function runStack(
  sections: object,
  { cluster = true, objects = EMPTY, ...options }: StackOptions = {},
) {
  const { mock: opened } = mock.method(ObjectReader, "open", () => Promise.resolve(objects));
  const { KUBECONFIG, KUBERNETES_SERVICE_HOST } = process.env;
  setEnvironment({
    KUBECONFIG: "/does/not/exist",
    KUBERNETES_SERVICE_HOST: cluster ? "192.0.2.1" : undefined,
  });
  runtime.setAllConfig(
    Object.fromEntries(
      Object.entries(sections).map(([section, value]) => [
        `countersign:${section}`,
        JSON.stringify(value),
      ]),
    ),
  );
  try {
    return await runProgram(() => runtime.runInPulumiStack(program), options);
  } finally {
    opened.restore();
    runtime.setAllConfig({});
    setEnvironment({ KUBECONFIG, KUBERNETES_SERVICE_HOST });
  }
}

function setEnvironment(values: Readonly<Record<string, string | undefined>>): void {
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined) Reflect.deleteProperty(process.env, name);
    else process.env[name] = value;
  }
}
