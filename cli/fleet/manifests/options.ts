import { InvalidArgumentError, Option } from "commander";
import { objectName } from "../../../command/stack-outputs";
import { CannotStart } from "../failure";

/** A key of a Secret in the namespace of the objects. `{stack}` in the key stands for the stack's name. */
export interface SecretKey {
  readonly name: string;
  readonly key: string;
}

/** Settings that all objects of a fleet share. */
export interface Settings {
  /** URL of the git repository. */
  readonly repo: string;
  readonly branch: string;
  /** Folder of Pulumi.yaml in the repository. @default - its root */
  readonly repoDir?: string;
  /** Access to a private repository: a token for https, a private key for ssh. */
  readonly repoAccess?: SecretKey;
  /** @default - the variable PULUMI_BACKEND_URL */
  readonly backend?: string;
  /** Organization of the stacks on the backend. @default - that of the access token */
  readonly organization?: string;
  /** Variables of the Pulumi CLI, by name. */
  readonly env?: ReadonlyMap<string, SecretKey>;
  /** A kubeconfig. @default - the operator's own cluster */
  readonly kubeconfig?: SecretKey;
  readonly namespace?: string;
  readonly serviceAccount: string;
  /** Image of the workspaces. @default - the operator's */
  readonly image?: string;
  readonly preview?: true;
}

/** Returns the names of the Secrets that the objects refer to. */
export function secretsOf({ env, repoAccess, kubeconfig }: Settings): string[] {
  const all = [...(env?.values() ?? []), repoAccess, kubeconfig].flatMap(
    (each) => each?.name ?? [],
  );
  return [...new Set(all)].sort();
}

/** Options of the command, each with the check of its value. */
export const OPTIONS: readonly Option[] = [
  new Option("--repo <url>", "the git repository of the stack files")
    .argParser(repository)
    .makeOptionMandatory(),
  new Option("--branch <name>", "its branch").default("main"),
  new Option(
    "--repo-dir <folder>",
    "the folder of Pulumi.yaml in it (default: where --directory is in its own repository)",
  ).argParser(folderInRepository),
  new Option(
    "--repo-access <secret/key>",
    "access to a private repository: a token for https, a private key for ssh",
  ).argParser(secretKey("--repo-access")),
  new Option("--backend <url>", "the backend of the stacks, which all pods can reach").argParser(
    sharedBackend,
  ),
  new Option("--organization <name>", "the stacks' organization on Pulumi Cloud"),
  new Option(
    "--env <variable=secret/key...>",
    "variables for Pulumi from Secrets; {stack} in the key stands for the stack's name",
  ).argParser(variable),
  new Option(
    "--kubeconfig <secret/key>",
    "the kubeconfig for stacks that set kubernetes:context; the key may contain {stack}",
  ).argParser(secretKey("--kubeconfig")),
  new Option(
    "--namespace <name>",
    "the namespace of the objects (default: that of kubectl)",
  ).argParser(kubernetesName),
  new Option("--service-account <name>", "the ServiceAccount of the workspaces")
    .argParser(kubernetesName)
    .default("countersign"),
  new Option("--image <image>", "the image of the workspaces (default: the operator's)"),
  new Option(
    "--resync <duration>",
    "time between two updates of a stack, e.g. 30m (default: 1h, or less if certificates are renewed later than 4h before they expire)",
  ).argParser(seconds),
  new Option("--preview", "objects that only preview, with names of their own"),
];

// Commander quotes what an InvalidArgumentError refuses. Values that may hold a credential are refused by CannotStart.

function repository(text: string): string {
  if (/^[\w.-]+@[\w.-]+:[^\s:]+$/.test(text)) return text;
  const url = urlOf(text);
  if (url?.protocol !== "https:") {
    throw new CannotStart(
      "--repo is not the URL of a repository: write https://host/owner/name.git, or git@host:owner/name.git for ssh",
    );
  }
  return withoutCredentials(text, url, "--repo", "--repo-access <secret/key>");
}

function sharedBackend(text: string): string {
  const url = urlOf(text);
  if (url === undefined || url.protocol === "file:") {
    throw new CannotStart(
      "--backend is not the URL of a backend that all pods can reach: a pod's own files are lost with it, and the stacks' keys with them; give e.g. s3://bucket or https://api.pulumi.com",
    );
  }
  return withoutCredentials(text, url, "--backend", "--env PULUMI_BACKEND_URL=<secret>/<key>");
}

function withoutCredentials(
  text: string,
  { username, password }: URL,
  option: string,
  instead: string,
): string {
  if (username === "" && password === "") return text;
  throw new CannotStart(
    `${option} contains credentials, which do not belong into a manifest: put them into a Secret, and give ${instead}`,
  );
}

function variable(
  text: string,
  previous: ReadonlyMap<string, SecretKey> = new Map(),
): ReadonlyMap<string, SecretKey> {
  const [, name, reference] = /^([A-Za-z_]\w*)=(.*)$/.exec(text) ?? [];
  if (name === undefined || reference === undefined) {
    throw new CannotStart(
      "--env names no variable: write <variable>=<secret>/<key>, e.g. PULUMI_CONFIG_PASSPHRASE=passphrases/{stack}",
    );
  }
  if (previous.has(name)) throw new CannotStart(`--env gives ${name} twice: give it once`);
  return new Map([...previous, [name, secretKey(`--env ${name}`)(reference)]]);
}

/** @param option for messages. */
function secretKey(option: string): (text: string) => SecretKey {
  return (text) => {
    const [, name = "", key = ""] = /^([^/]+)\/([^/]+)$/.exec(text) ?? [];
    if (isName(name) && /^[-.\w]+$/.test(key.replaceAll("{stack}", "s"))) return { name, key };
    throw new CannotStart(
      `${option} does not name a Secret and one of its keys: write e.g. passphrases/org-1; a value itself must be in the Secret`,
    );
  };
}

function folderInRepository(text: string): string {
  const folder = text.replace(/^\.\//, "").replace(/\/$/, "");
  if (!folder.startsWith("/") && !folder.split("/").includes("..")) return folder;
  throw new InvalidArgumentError(
    "Write the path from the root of the repository, e.g. deploy/fleet.",
  );
}

function kubernetesName(text: string): string {
  if (isName(text)) return text;
  throw new InvalidArgumentError("Write lower-case letters, digits and inner hyphens.");
}

function isName(text: string): boolean {
  return objectName.safeParse(text).success;
}

const SECONDS = { m: 60, h: 3600, d: 86_400 } as const;

function seconds(text: string): number {
  const [, count, unit] = /^([1-9]\d{0,4})([mhd])$/.exec(text) ?? [];
  if (unit !== undefined) return Number(count) * SECONDS[unit as keyof typeof SECONDS];
  throw new InvalidArgumentError("Write a whole number and m, h or d, e.g. 30m.");
}

function urlOf(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined;
}
