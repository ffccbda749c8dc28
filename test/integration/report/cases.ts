import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { consortium } from "../example";
import type { TestStack } from "../stack";
import { age } from "../time";
import { madeByOlderProvider, withOlderProvider } from "./older-provider";

/** Prefix of the stack's name and its namespaces. */
export const PREFIX = "report";

/** The organization that has its own stack. */
export const MEMBER = "MyOrg2MSP";

/** Path of that organization's request in the project. */
export const REQUEST_FILE = `enrollments/${MEMBER}/request.pem`;

/** Folder of the project's own charts, which a case may change. */
export const CHARTS = "consortium-charts";

const ORCHESTRATOR_CHART = `${CHARTS}/orchestrator`;
const BACKEND_CHART = `${CHARTS}/substra-backend`;

/** Returns a consortium with one backend in its stack, and one organization whose request is a file. */
export function example() {
  const { authority, orchestrator } = consortium(PREFIX, ["MyOrg1MSP"]);
  return {
    authority,
    organizations: { MyOrg1MSP: backend(1) } as Record<string, ReturnType<typeof backend>>,
    orchestrator: {
      ...orchestrator,
      channels: { mychannel: { organizations: ["MyOrg1MSP", MEMBER] } },
      chart: { path: ORCHESTRATOR_CHART },
      values: { orchestrator: { logLevel: "DEBUG" } } as object,
    },
    enrollments: { [MEMBER]: { request: { file: REQUEST_FILE } } } as Record<string, object>,
  };
}

function backend(number: number) {
  return {
    namespace: `${PREFIX}-org-${number}`,
    hostname: `substra.org-${number}.example`,
    chart: { path: BACKEND_CHART },
  };
}

export type Configuration = ReturnType<typeof example>;

/** A change as in a pull request, previewed against what is deployed before it. */
export interface Case {
  /** Name of the report's file, without its extension. */
  readonly name: string;
  /** Its title in docs/reports. */
  readonly title: string;
  /** @default - the deployed configuration */
  readonly configuration?: Configuration;
  /** Index of the password in the configuration. @default 0 */
  readonly password?: number;
  /** Changes files in the project's folder. */
  readonly files?: (stack: TestStack) => void;
  /** Changes the stored state. */
  readonly state?: (stack: TestStack) => Promise<void>;
  /** Inputs of resources that the preview cannot know. @default - none: it knows them all */
  readonly unknown?: readonly string[];
  /** Returns variables that differ in the environment of the preview. */
  readonly environment?: (stack: TestStack) => Readonly<Record<string, string>>;
}

const base = example();

const withGenerations = (generations: Record<string, string>): Configuration => ({
  ...base,
  authority: {
    ...base.authority,
    generations: Object.fromEntries(
      Object.entries(generations).map(([name, state]) => [name, { state, validity: "10y" }]),
    ),
  },
});

function withValues(values: object): Configuration {
  return { ...base, orchestrator: { ...base.orchestrator, values } };
}

/** The configuration that is deployed before the later cases. */
export const WITH_SECOND_GENERATION = withGenerations({ g1: "signing", g2: "trusted" });

/** The case before anything is deployed. */
export const FIRST_CASE: Case = {
  name: "first-deployment",
  title: "The first deployment",
  unknown: [
    "ca-g1-first.keepers.certificate",
    "my-org1-msp-certificate.caCertPem",
    "my-org1-msp-certificate.certRequestPem",
    "my-org2-msp-certificate.caCertPem",
    // The mark of the namespaces' owner is drawn at random in the first update.
    "namespace-report-orchestrator.metadata.annotations.countersign/made-by",
    "namespace-report-org-1.metadata.annotations.countersign/made-by",
    "orchestrator-certificate.caCertPem",
    "orchestrator-certificate.certRequestPem",
  ],
};

/** Cases with one CA generation. */
export const CASES: readonly Case[] = [
  { name: "nothing-changed", title: "Nothing changes" },
  {
    name: "renewal-due",
    title: "A certificate has entered its renewal window",
    state: (stack) => age(stack, "my-org1-msp-certificate", 65),
  },
  {
    name: "san-added",
    title: "A name is added to the orchestrator's certificate",
    configuration: {
      ...base,
      orchestrator: { ...base.orchestrator, dnsNames: ["orchestrator.partner.example"] } as never,
    },
  },
  {
    name: "organization-added",
    title: "An organization joins",
    unknown: ["my-org3-msp-certificate.certRequestPem"],
    configuration: {
      ...base,
      orchestrator: {
        ...base.orchestrator,
        channels: { mychannel: { organizations: ["MyOrg1MSP", MEMBER, "MyOrg3MSP"] } },
      },
      organizations: {
        ...base.organizations,
        MyOrg3MSP: backend(3),
      },
    },
  },
  {
    name: "organization-removed",
    title: "An organization leaves",
    configuration: {
      ...base,
      orchestrator: {
        ...base.orchestrator,
        channels: { mychannel: { organizations: ["MyOrg1MSP"] } },
      },
      enrollments: {},
    },
  },
  {
    name: "key-rotated",
    title: "An organization gets a new key",
    unknown: ["my-org1-msp-certificate.certRequestPem"],
    configuration: {
      ...base,
      organizations: {
        MyOrg1MSP: { ...base.organizations.MyOrg1MSP, certificate: { keys: ["k2"] } } as never,
      },
    },
  },
  {
    name: "generation-added",
    title: "A new CA generation is trusted",
    unknown: ["ca-g2-first.keepers.certificate"],
    configuration: WITH_SECOND_GENERATION,
  },
  {
    name: "generation-dropped-early",
    title: "The CA generation of the current certificates is dropped too early",
    unknown: [
      "ca-g2-first.keepers.certificate",
      "my-org1-msp-certificate.caCertPem",
      "my-org2-msp-certificate.caCertPem",
      "orchestrator-certificate.caCertPem",
    ],
    configuration: withGenerations({ g2: "signing" }),
  },
  {
    name: "chart-upgraded",
    title: "A chart is upgraded, and a value is renamed",
    configuration: withValues({ orchestrator: { log: { level: "DEBUG" } } }),
    files: upgradeChart,
  },
  {
    name: "value-overridden",
    title: "A chart's value is overridden",
    configuration: withValues({
      orchestrator: { logLevel: "DEBUG" },
      resources: { limits: { memory: "512Mi" } },
    }),
    password: 1,
  },
  {
    name: "provider-upgraded",
    title: "The provider of keys and certificates is upgraded",
    state: madeByOlderProvider,
    environment: withOlderProvider,
  },
];

/** Cases with two CA generations. */
export const LATER_CASES: readonly Case[] = [
  {
    name: "signing-moved",
    title: "The new CA generation signs",
    configuration: withGenerations({ g1: "trusted", g2: "signing" }),
  },
];

/** Copies the charts into the project's folder. */
export function copyCharts({ directory }: TestStack): void {
  const copy = { recursive: true, dereference: true };
  cpSync(join(directory, "charts"), join(directory, CHARTS), copy);
}

/** Upgrades the chart to a version that renames a value, which the templates read. */
function upgradeChart({ directory }: TestStack): void {
  const chart = join(directory, ORCHESTRATOR_CHART);
  const replace = (file: string, pattern: RegExp, by: string) => {
    const path = join(chart, file);
    const text = readFileSync(path, "utf8");
    const changed = text.replace(pattern, by);
    if (changed === text) throw new Error(`${file} has no ${pattern.source}`);
    writeFileSync(path, changed);
  };
  replace("Chart.yaml", /^version: .*$/m, "version: 8.9.0");
  replace("values.yaml", /^ {2}logLevel: INFO$/m, "  log:\n    level: INFO");
  replace("templates/deployment.yaml", /\.logLevel/, ".log.level");
}

/** The case of an organization's own stack. */
export const WAITING_CASE: Case = {
  name: "waiting",
  title: "An organization's stack waits for its signature",
};

/** Configuration of that stack. */
export const WAITING = {
  organizations: {
    MyOrg4MSP: {
      ...backend(4),
      chart: { path: "charts/substra-backend" },
      signedBy: { directory: "enrollments/MyOrg4MSP", trust: ["first-use"] },
    },
  },
};
