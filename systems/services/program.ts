import { z } from "zod";
import {
  CLIENT_POLICIES,
  firstSteps,
  jumps,
  type Stance,
} from "../../components/services/client-policy";
import { componentName, partyOf } from "../../components/services/party";
import { Service } from "../../components/services/service";
import type { StackMemory } from "../../components/stack-memory";
import { ConfigError } from "../../config";
import type { ProgramSystem } from "../../stack/system";
import { deployServices } from "./deploy";
import { noticesOf, receiveServices } from "./exchange";
import { stepProblems, services as configured } from "./system";
import { plannedServices, type ServicesSettings } from "./settings";

const remembered = z.object({
  clients: z.enum(CLIENT_POLICIES).optional(),
  presents: z.boolean().default(false),
});

/** Services with mutual TLS, whatever program they run. */
export const services: ProgramSystem<ServicesSettings, typeof configured.sections> = {
  ...configured,
  withSecretValues: ({ services: own, enrollments }, mark) => ({
    enrollments,
    services: new Map(
      [...own].map(([name, service]) => {
        const { release } = service;
        if (!release) return [name, service];
        const values = mark(release.values, "services", [name, "release", "values"]);
        return [name, { ...service, release: { ...release, values } }];
      }),
    ),
  }),
  prepare: async (settings, { memory, signs }) => {
    const judged = judgeStep(settings, memory).map((warning) => `Services: ${warning}`);
    const exchange = await receiveServices(settings, memory, signs);
    const { warnings, notices, waiting } = noticesOf(settings, exchange);
    const waits = (name: string) => {
      const standing = exchange.standings.get(partyOf(name));
      return standing && !standing.accepted && !exchange.moving.has(partyOf(name));
    };
    return {
      warnings: [...judged, ...warnings],
      notices,
      waiting,
      // A service that waits for its certificate has nothing in the cluster yet.
      namespaces: configured
        .claims(settings)
        .namespaces.filter(({ path: [, name = ""] }) => !waits(name)),
      deploy: (on) => deployServices(settings, exchange, on),
    };
  },
};

/**
 * Checks the step from the deployed policies of servers to the configured ones.
 *
 * @returns warnings.
 * @throws ConfigError if the step could cut off callers.
 */
function judgeStep(settings: ServicesSettings, memory: StackMemory): readonly string[] {
  const planned = plannedServices(settings);
  const deployed = new Map(
    planned.flatMap(({ name }): [string, Stance][] => {
      const { success, data } = remembered.safeParse(memory.of(Service.type, componentName(name)));
      return success ? [[name, { clients: data.clients, presents: data.presents }]] : [];
    }),
  );
  const problems = stepProblems(jumps(planned, deployed));
  if (problems.length > 0) throw new ConfigError(problems);
  return firstSteps(planned, deployed);
}
