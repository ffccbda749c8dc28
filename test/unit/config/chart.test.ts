import { refuses, type Refusal } from "./refusals";

const ORG = "organizations/MyOrg1MSP";
const KEY = "organizations.MyOrg1MSP";

const version =
  "write one exact version such as 26.15.3: a range would change the deployment without a change to the configuration";

const noPassword =
  "cannot read its database's password from a Secret (it has no database.auth.credentialsSecretName) and would use the published default";

const closed = "has network policies that block connections between clusters";

describe("a chart", () => {
  refuses([
    [
      "a folder without a chart",
      { [`${ORG}/chart`]: { path: "charts/nowhere" } },
      `${KEY}.chart.path: there is no chart at "charts/nowhere" (no Chart.yaml there); the path is relative to Pulumi.yaml`,
    ],
    [
      "a folder and a repository",
      {
        [`${ORG}/chart`]: { path: "charts/substra-backend", repository: "https://charts.example" },
      },
      `${KEY}.chart: has both a path and a repository's chart; write only one of them`,
    ],
    [
      "the other chart's folder",
      { "orchestrator/chart": { path: "charts/substra-backend" } },
      'orchestrator.chart: is chart "substra-backend"; it must be chart orchestrator',
    ],
    [
      "a chart under another name",
      { "orchestrator/chart": { name: "my-orchestrator" } },
      'orchestrator.chart: is chart "my-orchestrator"; it must be chart orchestrator',
    ],
    [
      "versions whose servers cannot read the generated password of their database",
      { "orchestrator/chart": { version: "7.4.13" }, [`${ORG}/chart`]: { version: "22.4.4" } },
      `orchestrator.chart: chart orchestrator 7.4.13 ${noPassword}; use 7.5.0 or later`,
      `${KEY}.chart: chart substra-backend 22.4.4 ${noPassword}; use 22.5.0 or later`,
    ],
    [
      "nothing in the first versions that can",
      { "orchestrator/chart": { version: "7.5.0" }, [`${ORG}/chart`]: { version: "22.5.0" } },
    ],
    [
      "versions whose network policies block other clusters, if there are other clusters",
      {
        "orchestrator/chart": { version: "8.7.0" },
        "orchestrator/hostname": "o.example",
        [`${ORG}/chart`]: { version: "26.6.2" },
        [`${ORG}/orchestrator`]: { sameCluster: false },
      },
      `orchestrator.chart: chart orchestrator 8.7.0 ${closed}; use 8.7.1 or later`,
      `${KEY}.chart: chart substra-backend 26.6.2 ${closed}; use 26.6.4 or later`,
    ],
    [
      "nothing in these versions within one cluster",
      { "orchestrator/chart": { version: "8.7.0" }, [`${ORG}/chart`]: { version: "26.6.0" } },
    ],
    [
      "nothing in other versions",
      {
        "orchestrator/chart": { version: "8.7.1" },
        "orchestrator/hostname": "o.example",
        [`${ORG}/chart`]: { version: "26.5.1" },
        [`${ORG}/orchestrator`]: { sameCluster: false },
      },
    ],
    [
      "a repository without TLS",
      { [`${ORG}/chart`]: { repository: "http://charts.example" } },
      `${KEY}.chart.repository: found "http://charts.example"; write a https:// or oci:// URL`,
    ],
    [
      "a repository with a password, without showing it",
      { [`${ORG}/chart`]: { repository: "ftp://me:hunter2@charts.example" } },
      `${KEY}.chart.repository: found "ftp://***@charts.example"; write a https:// or oci:// URL`,
    ],
  ]);
  refuses(
    ["^26.0.0", "26.x", ">=26", "latest", "26", "v26.15.3", "26.15.3 ", ""].map(
      (found): Refusal => [
        `version ${JSON.stringify(found)}`,
        { [`${ORG}/chart`]: { version: found } },
        `${KEY}.chart.version: found "${found}"; ${version}`,
      ],
    ),
  );
});

const tls = "TLS must not be disabled";
const mutual = "mutual TLS must not be disabled";
const ownDatabase =
  "to use your own database, set organizations.<MSP ID>.database in the stack's config; the bundled one has generated credentials";
const wired = "Countersign sets it for the certificates and Secrets it creates";

describe("values of the orchestrator's chart", () => {
  const values = (overrides: unknown) => ({ "orchestrator/values": overrides });
  const refused = (path: string, reason: string) =>
    `orchestrator.values.${path}: may not be overridden: ${reason}`;
  refuses([
    [
      "values that disable mutual TLS or the MSP check",
      values({
        orchestrator: {
          verifyClientMSPID: false,
          tls: { enabled: false, mtls: { enabled: false } },
        },
      }),
      refused(
        "orchestrator.verifyClientMSPID",
        "without it, any trusted certificate could act for any organization",
      ),
      refused("orchestrator.tls.enabled", tls),
      refused("orchestrator.tls.mtls.enabled", mutual),
    ],
    [
      "other Secrets",
      values({ orchestrator: { tls: { cacert: "mine", mtls: { clientCACerts: {} } } } }),
      refused("orchestrator.tls.cacert", wired),
      refused("orchestrator.tls.mtls.clientCACerts", wired),
    ],
    [
      "values for which the configuration has a key",
      values({ ingress: { hostname: "o.example" }, channels: [], service: { port: 443 } }),
      refused("ingress.hostname", "set orchestrator.hostname in the stack's config"),
      refused("channels", "set orchestrator.channels in the stack's config"),
      refused("service.port", "the chart's network policies admit only 9000"),
    ],
    [
      "nothing in values that equal Countersign's, or that it does not set",
      values({
        orchestrator: { verifyClientMSPID: true, tls: { enabled: true, mtls: { enabled: true } } },
        service: { port: 9000 },
        ingress: { annotations: {} },
      }),
    ],
  ]);
});

describe("values of the backend's chart", () => {
  const values = (overrides: unknown) => ({ [`${ORG}/values`]: overrides });
  refuses([
    [
      "values that disable mutual TLS or connect elsewhere",
      values({ orchestrator: { host: "o.example", tls: { mtls: { enabled: false } } } }),
      `${KEY}.values.orchestrator.host: may not be overridden: ${wired}`,
      `${KEY}.values.orchestrator.tls.mtls.enabled: may not be overridden: ${mutual}`,
    ],
    [
      "another database, for which the configuration has a key",
      values({ database: { host: "db.example" }, postgresql: { enabled: false } }),
      `${KEY}.values.database.host: may not be overridden: ${ownDatabase}`,
      `${KEY}.values.postgresql.enabled: may not be overridden: ${ownDatabase}`,
    ],
    ["nothing else", values({ server: { replicaCount: 2 } })],
  ]);
});
