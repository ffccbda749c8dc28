import { Secret } from "@pulumi/kubernetes/core/v1/secret";
import { NetworkPolicy } from "@pulumi/kubernetes/networking/v1/networkPolicy";
import { secret, type CustomResourceOptions, type Input, type Output } from "@pulumi/pulumi";
import { RandomPassword } from "@pulumi/random/randomPassword";
import lt from "semver/functions/lt";
import type { ChartValues } from "../kubernetes/helm/chart";
import type { SubstraChart } from "./charts";

/** A database that runs already and replaces the one that a Substra chart bundles. */
export interface ExternalDatabase {
  readonly host: string;
  readonly port: number;
  /** Name of the database on that server. */
  readonly name: string;
  /** A login, or the name of a Secret that holds one under `DATABASE_USERNAME` and `DATABASE_PASSWORD`. */
  readonly credentials:
    | { readonly username: string; readonly password: Input<string> }
    | { readonly secretName: string };
  /** Parameters of the connection's URL, e.g. `sslmode=require`. Only the orchestrator has such a URL. */
  readonly connectionParameters?: string | undefined;
}

interface DatabaseArgs {
  readonly namespace: Input<string>;
  readonly chart: SubstraChart;
  /** Version of the chart. */
  readonly version: string;
  /** Labels of the pods that use the database. */
  readonly clients: PodsByName;
  /** Name of the bundled database. */
  readonly bundled: string;
  /** Password of the bundled database; secret. @default - it is generated */
  readonly password?: Input<string> | undefined;
  /** The external database. @default - the chart's own database */
  readonly external?: ExternalDatabase | undefined;
}

/** Labels of pods, by a name for their network policy. */
type PodsByName = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** Not `postgres`, for which the charts render no password at all and let everybody in. */
const USER = "substra";

interface Database {
  /**
   * Values of a Substra chart with which its pods reach the database. The password is in a Secret, so neither the values
   * nor the release's history contain it.
   */
  readonly values: ChartValues;
  /** Password of the bundled database; secret. Undefined if the database is another one. */
  readonly password?: Output<string>;
}

/** Returns the name of the resource with the generated password of a database. */
export function databasePasswordOf(name: string): string {
  return `${name}-password`;
}

/** Creates what a Substra chart needs to reach its database. */
export function database(
  name: string,
  args: DatabaseArgs,
  options: CustomResourceOptions,
): Database {
  const { namespace, external } = args;
  if (external === undefined) return bundledDatabase(name, args, options);
  allowEgress(name, args, external.port, options);
  return { values: externalDatabase(name, namespace, external, options) };
}

function externalDatabase(
  name: string,
  namespace: Input<string>,
  { host, port, name: itsName, credentials, connectionParameters }: ExternalDatabase,
  options: CustomResourceOptions,
): ChartValues {
  const auth =
    "secretName" in credentials
      ? { credentialsSecretName: credentials.secretName }
      : {
          username: credentials.username,
          credentialsSecretName: new Secret(
            name,
            {
              metadata: { namespace },
              stringData: {
                DATABASE_USERNAME: credentials.username,
                DATABASE_PASSWORD: secret(credentials.password),
              },
            },
            options,
          ).metadata.name,
        };
  return {
    database: {
      host,
      port,
      ...(connectionParameters !== undefined && { connectionParameters }),
      auth: { database: itsName, ...auth },
    },
    postgresql: { enabled: false },
  };
}

/** Creates the Secret, which both the application and the bundled PostgreSQL chart read. */
function bundledDatabase(
  name: string,
  { namespace, bundled: itsName, password: given }: DatabaseArgs,
  options: CustomResourceOptions,
): Database {
  // The orchestrator's chart inserts the password into a URL without escaping it.
  const password =
    given === undefined
      ? new RandomPassword(databasePasswordOf(name), { length: 32, special: false }, options).result
      : secret(given);
  const credentialsSecretName = new Secret(
    name,
    {
      metadata: { namespace },
      stringData: {
        DATABASE_USERNAME: USER,
        DATABASE_PASSWORD: password,
        password,
        "postgres-password": password,
      },
    },
    options,
  ).metadata.name;
  const values = {
    database: { auth: { database: itsName, username: USER, credentialsSecretName } },
    postgresql: {
      auth: { database: itsName, username: USER, existingSecret: credentialsSecretName },
      // Since 2025, the versioned tags of bitnami/* are only available here (bitnami/charts#35256).
      image: { repository: "bitnamilegacy/postgresql" },
    },
  };
  return { values, password };
}

/**
 * Lets pods reach an external database, since the chart's network policies admit only the bundled one. No policy is
 * created for charts without network policies, as it would cut the pods off from everything else.
 */
function allowEgress(
  name: string,
  { namespace, chart, version, clients }: DatabaseArgs,
  port: number,
  options: CustomResourceOptions,
): void {
  if (lt(version, chart.networkPoliciesSince)) return;
  for (const [client, matchLabels] of Object.entries(clients)) {
    new NetworkPolicy(
      `${name}-${client}`,
      {
        metadata: { namespace },
        spec: {
          podSelector: { matchLabels },
          policyTypes: ["Egress"],
          // A host name may resolve to any address, so the port is the only restriction.
          egress: [{ ports: [{ protocol: "TCP", port }] }],
        },
      },
      options,
    );
  }
}
