import { z } from "zod";
import type { ExternalDatabase } from "../../components/substra/database";
import { isDnsName } from "../../x509";
import { SECRET, about } from "../../config/about";
import { port, refusalsIn, section, text } from "../../config/fields";
import { shown } from "../../config/problems";

/** A host name or IPv4 address. IPv6 addresses are refused, as a URL needs them in brackets. */
const host = text("host").refine((given) => isDnsName(given) || z.ipv4().safeParse(given).success, {
  error: (issue) =>
    `found ${shown(issue.input)}; write a host name in lower case or an IPv4 address, without scheme and port`,
});

/** Text that charts write into YAML without quotes and into URLs without escaping. */
const plainName = z.string().regex(/^[A-Za-z_][\w.-]{0,62}$/, {
  error:
    "write 1 to 63 letters, digits, dots, hyphens and underscores, starting with a letter or underscore",
});

/** A password. Messages never quote it. */
const password = z.string().min(1, { error: "must not be empty" });

/**
 * A password for the orchestrator. Its chart (7.5.0 to 8.8.0, `templates/deployment.yaml` and `job-migrations.yaml`)
 * builds a URL with it in a shell command without escaping it. These characters need no escaping there (RFC 3986,
 * unreserved and sub-delims).
 */
const urlPassword = password.regex(/^[A-Za-z\d\-._~!$&'()*+,;=]*$/, {
  error:
    "has a character that the orchestrator's chart cannot put into the URL of its database; use letters, digits and -._~!$&'()*+,;=",
});

const secretName = z
  .string()
  .regex(/^(?=.{1,253}$)[a-z\d]([a-z\d-]*[a-z\d])?(\.[a-z\d]([a-z\d-]*[a-z\d])?)*$/, {
    error: "write the name of a Secret in the release's namespace",
  });

/** Documentation of both keys for an existing database. */
export const databaseAbout = about(
  "An existing database (docs/operations.md#a-database-of-your-own)",
  undefined,
  "the chart's own",
);

/** Returns the keys that both charts have. */
function keys(login: typeof password, name: string) {
  return {
    host: host.meta(about("Host name or IPv4 address", "db.example.org")),
    port: port.default(5432).meta(about("Port", 6432)),
    name: plainName.default(name).meta(about("Name of the database, which has to exist", "org1")),
    username: plainName.optional().meta(about("User, who has to exist", "substra")),
    password: login.optional().meta(about("Password of this user", SECRET)),
    credentialsSecretName: secretName
      .optional()
      .meta(about("A Secret with `DATABASE_USERNAME` and `DATABASE_PASSWORD`", "db-login")),
  };
}

interface Given {
  readonly host: string;
  readonly port: number;
  readonly name: string;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  readonly credentialsSecretName?: string | undefined;
  readonly connectionParameters?: string | undefined;
}

/** Reads the credentials: either a login or the name of a Secret with one. */
function withCredentials(
  { username, password: secret, credentialsSecretName, ...given }: Given,
  context: z.RefinementCtx,
): ExternalDatabase {
  const refuse = refusalsIn(context);
  if (credentialsSecretName !== undefined) {
    for (const [key, value] of Object.entries({ username, password: secret })) {
      if (value !== undefined) {
        refuse(key, "is in the Secret that credentialsSecretName names; remove one of them");
      }
    }
    return { ...given, credentials: { secretName: credentialsSecretName } };
  }
  const missing =
    "is missing; set username and password (as a secret), or credentialsSecretName, a Secret with DATABASE_USERNAME and DATABASE_PASSWORD";
  if (username === undefined) refuse("username", missing);
  else if (secret === undefined) refuse("password", missing);
  else return { ...given, credentials: { username, password: secret } };
  return z.NEVER;
}

/** A database that the orchestrator uses instead of the one in its chart. */
export const orchestratorDatabase = section({
  ...keys(urlPassword, "orchestrator"),
  // Without sslmode, the migrations require TLS but the server does not (golang-migrate 4.17.0 and pgx 4.18.3).
  connectionParameters: z
    .string()
    .regex(/^[a-z_]+=[\w.,/%-]+(&[a-z_]+=[\w.,/%-]+)*$/, {
      error: "write parameters of a PostgreSQL URL, for example sslmode=require&connect_timeout=10",
    })
    .default("sslmode=require")
    .meta(about("Parameters of the database's URL", "sslmode=verify-full&connect_timeout=10")),
}).transform(withCredentials);

/** A database that a backend uses instead of the one in its chart. */
export const backendDatabase = section(keys(password, "substra")).transform(withCredentials);
