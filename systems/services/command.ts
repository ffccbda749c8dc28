import type { CommandSystem } from "../../verify/system";
import { readServices, type ServicesStack } from "./outputs";
import type { ServicesSettings } from "./settings";
import { services as configured } from "./system";

/** Services for the command. */
export const services: CommandSystem<ServicesStack, ServicesSettings, typeof configured.sections> =
  {
    ...configured,
    read: readServices,
    inCluster: () => true,
    verify: () => Promise.resolve([]),
    commands: [],
  };
