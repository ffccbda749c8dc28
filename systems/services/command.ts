import { Command } from "commander";
import { partyOf } from "../../components/services/party";
import type { CommandSystem } from "../../verify/system";
import { exchange } from "./enroll/exchange";
import { exportCommand } from "./export/export-command";
import { links } from "./links";
import { mergeServices, readServices, type ServicesStack } from "./outputs";
import type { ServicesSettings } from "./settings";
import { services as configured } from "./system";
import { verifyServices } from "./verify";

const command = new Command("services")
  .description("Exports the files of services, for those that run elsewhere.")
  .addCommand(exportCommand);

/** Services for the command. */
export const services: CommandSystem<ServicesStack, ServicesSettings, typeof configured.sections> =
  {
    ...configured,
    read: readServices,
    merge: mergeServices,
    inCluster: () => true,
    verify: async (outputs, { cluster, at }) =>
      cluster ? verifyServices(cluster, outputs, at) : [],
    // A server's main result is its policy, so a folded server shows it in its only line.
    titles: (outputs, checks, folded) => [
      ...outputs.services.map(({ name, namespace }) => {
        const party = partyOf(name);
        return [party, `${party} (namespace ${namespace})`] as const;
      }),
      ...checks
        .filter(({ code }) => folded && code === "phase")
        .filter(({ party }) => outputs.services.some(({ name }) => partyOf(name) === party))
        .map(({ party, message }) => [party, `${party} (${message})`] as const),
    ],
    links,
    exchange,
    commands: [command],
  };
