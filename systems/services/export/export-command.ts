import { Option } from "commander";
import { CannotCheck } from "../../../command/failure";
import { collect } from "../../../command/options";
import { exportCommand as commandOf } from "../../../export/command";
import { connect, type Cluster, type ClusterOptions } from "../../../verify/cluster/api";
import { quoteList } from "../../../x509";
import { readServices, type ServiceOutputs, type ServicesStack } from "../outputs";
import { filesOf } from "./exported-files";
import { nextSteps } from "./next-steps";

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
