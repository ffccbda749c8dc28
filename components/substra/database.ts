import { Secret } from "@pulumi/kubernetes/core/v1/secret";
import { RandomPassword } from "@pulumi/random/randomPassword";
import type { CustomResourceOptions, Input, Output } from "@pulumi/pulumi";
import type { ChartValues } from "../kubernetes/helm";

/** Not `postgres`: for that user the charts render no password at all and let everybody in. */
const USER = "substra";

/**
 * Credentials of the database that a Substra chart bundles, in a Secret that both the application and the bundled
 * PostgreSQL chart read. So the password is in no Helm value and no release's history.
 */
export function databaseCredentials(
  name: string,
  namespace: Input<string>,
  database: string,
  options: CustomResourceOptions,
): ChartValues {
  // The charts paste the password into a URL without escaping it.
  const password = new RandomPassword(`${name}-password`, { length: 32, special: false }, options)
    .result;
  const secret = new Secret(
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
  );
  const secretName: Output<string> = secret.metadata.name;
  return {
    database: { auth: { database, username: USER, credentialsSecretName: secretName } },
    postgresql: {
      auth: { database, username: USER, existingSecret: secretName },
      // Since 2025 the versioned tags of bitnami/* are only to be had here (bitnami/charts#35256).
      image: { repository: "bitnamilegacy/postgresql" },
    },
  };
}
