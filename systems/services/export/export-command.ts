import { Option } from "commander";
import { CannotCheck } from "../../../command/failure";
import { collect } from "../../../command/stack-outputs";
import { exportCommand as commandOf } from "../../../export/command";
import { connect, type Cluster, type ClusterOptions } from "../../../verify/cluster/api";
import { quoteList, isIpAddress } from "../../../x509";
import { readServices, type ServiceOutputs, type ServicesStack } from "../outputs";
import { posix } from "node:path";
import type { ExportedFile } from "../../../export/save";
import { fileNames, missingIn, readService, type ObjectFiles } from "../verify/service-view";

/** Folders of a service. Two, because both objects may have a file of the same name. */
export const FOLDERS = { keys: "keys", ca: "ca" } as const;

/**
 * Reads the files of a service from the cluster, named as it reads them.
 *
 * @throws CannotCheck if one does not exist.
 */
async function filesOf(
  cluster: Cluster,
  service: ServiceOutputs,
): Promise<readonly ExportedFile[]> {
  const view = await readService(cluster, service);
  const [missing] = missingIn(view);
  if (missing !== undefined) {
    throw new CannotCheck(
      `${missing} does not exist in the cluster of context "${cluster.context}": is that the stack's cluster? If not, give --context; if it is, run \`pulumi up --refresh\``,
    );
  }
  const names = fileNames(service, view);
  const folder = posix.join(service.name, FOLDERS.keys);
  const files = [
    // Nobody shall commit keys by accident.
    { path: posix.join(folder, ".gitignore"), content: "*\n", isSecret: true },
    ...taken(view.keys, names.keys, folder, true),
    ...taken(view.ca, names.ca, caFolder(service), hasSecretCas(service)),
  ];
  // Two stores in one Secret share the file with their password.
  return [...new Map(files.map((file) => [file.path, file])).values()];
}

/** Returns the folder with the CAs: that of the keys if they are in the same Secret, but are no folder themselves. */
export function caFolder({ name, files: { ca } }: ServiceOutputs): string {
  const isBeside = ca.object === "keys" && ca.form !== "directory";
  return posix.join(name, isBeside ? FOLDERS.keys : FOLDERS.ca);
}

/** Whether the file with the CAs has a password next to it, or is next to the key. A store is not text, either. */
function hasSecretCas({ files: { ca } }: ServiceOutputs): boolean {
  return ca.form === "pkcs12" || ca.form === "jks" || ca.object === "keys";
}

function taken(
  { place, files }: ObjectFiles,
  names: readonly string[],
  folder: string,
  isSecret: boolean,
): ExportedFile[] {
  if (names.length === 0) throw new CannotCheck(`${place} has no CAs: ${REFRESH}`);
  return names.map((name) => {
    const file = files?.get(name);
    if (file === undefined) throw new CannotCheck(`${place} has no ${name}: ${REFRESH}`);
    const content = isSecret ? file.content : file.content.toString("utf8");
    return { path: posix.join(folder, name), content, isSecret };
  });
}

const REFRESH = "run `pulumi up --refresh`, which restores it";

interface Options extends ClusterOptions {
  readonly service?: readonly string[];
}

/** Creates the command. @param open connects with the cluster. */
export const exportWith = (open: (options: ClusterOptions) => Promise<Cluster>) =>
  commandOf<Options>({
    description:
      "Writes the files of services as they read them, for services outside of the cluster, or to try one by hand. Private keys go into files that only you can read.",
    record: ".countersign-services.json",
    options: [
      new Option(
        "--service <name>",
        "a service; repeatable (default: all). Files of others are deleted if an earlier export wrote them",
      ).argParser(collect),
      new Option("--kubeconfig <path>", "the kubeconfig (default: as kubectl finds it)"),
      new Option("--context <name>", "its context (default: the current one)"),
    ],
    read: async (source, to, options) => {
      const { origin } = source;
      const found = readServices(source);
      if (!found) {
        throw new CannotCheck(
          `${origin} has no services: set countersign:services, and run \`pulumi up\``,
        );
      }
      const services = selected(found, options.service, origin);
      const cluster = await open(options);
      try {
        const files = await Promise.all(services.map((service) => filesOf(cluster, service)));
        return {
          target: "services",
          purpose: services.map(({ name }) => name).join(", "),
          files: files.flat(),
          next: nextSteps(services, to),
        };
      } finally {
        cluster.close();
      }
    },
  });

export const exportCommand = exportWith(connect);

/** @throws CannotCheck if the stack lacks a service. */
function selected(
  { services }: ServicesStack,
  names: readonly string[] | undefined,
  origin: string,
): readonly ServiceOutputs[] {
  const unknown = names?.find((name) => !services.some((service) => service.name === name));
  if (unknown !== undefined) {
    throw new CannotCheck(
      `--service: ${origin} has no service ${JSON.stringify(unknown)}; it has ${quoteList(services.map(({ name }) => name))}`,
    );
  }
  return services.filter(({ name }) => names === undefined || names.includes(name));
}

/** Returns the steps that remain for people after an export, with commands between backticks. */
function nextSteps(services: readonly ServiceOutputs[], to: string): string[] {
  return [
    `${to} holds private keys: keep it out of git, and give each folder only to the service that it is for`,
    ...services.flatMap((service) => stepsOf(service, services, to)),
    "export again, and restart these services, after each `pulumi up` that renews a certificate or changes the CAs",
  ];
}

function stepsOf(
  service: ServiceOutputs,
  exported: readonly ServiceOutputs[],
  to: string,
): string[] {
  const { name, clients, port, calls } = service;
  const options = openSslOptions(service, to);
  const ca = posix.join(to, caFolder(service));
  const keys = posix.join(to, name, FOLDERS.keys);
  const folders = ca === keys ? keys : `${keys} and ${ca}`;
  const steps = [`let ${name} read ${folders}, as its user, and restart it`];
  if (options === undefined) return steps;
  const { own, trust } = options;
  const asks = clients === "required" ? " -Verify 8" : clients === "optional" ? " -verify 8" : "";
  return [
    ...steps,
    ...(clients === undefined
      ? []
      : [
          `try it as a server: \`openssl s_server -accept ${port ?? 8443} ${own} ${trust} -verify_return_error${asks}\``,
        ]),
    ...Object.entries(calls).map(([callee, host]) => {
      const found = exported.find((each) => each.name === callee);
      const target = `${host}:${found?.port ?? "PORT"}`;
      const shown = service.presents ? `${own} ` : "";
      const compare = isIpAddress(host)
        ? `-verify_ip ${host}`
        : `-servername ${host} -verify_hostname ${host}`;
      return `try its calls to ${callee}: \`openssl s_client -connect ${target} ${compare} -verify_return_error ${shown}${trust}\``;
    }),
  ];
}

/** Options of OpenSSL for the service's files; undefined for stores, which its commands do not read as they are. */
function openSslOptions(
  service: ServiceOutputs,
  to: string,
): { readonly own: string; readonly trust: string } | undefined {
  const { keys, ca } = service.files;
  const inKeys = (file = "") => posix.join(to, service.name, FOLDERS.keys, file);
  const folder = posix.join(to, caFolder(service));
  const pair =
    keys.form === "pem"
      ? [keys.names.certificate, keys.names.key]
      : keys.form === "combined"
        ? [keys.names.combined, keys.names.combined]
        : undefined;
  const trust =
    ca.form === "bundle"
      ? `-CAfile ${posix.join(folder, ca.names.bundle ?? "")}`
      : ca.form === "directory"
        ? `-CApath ${folder}`
        : undefined;
  if (pair === undefined || trust === undefined) return undefined;
  const [certificate, key] = pair.map(inKeys);
  return {
    own: `-cert ${certificate ?? ""} -key ${key ?? ""}`,
    // A CA below a root ends a chain, as in Go and Java; nobody but these CAs is trusted.
    trust: `${trust} -partial_chain`,
  };
}
