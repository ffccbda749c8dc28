import { receive } from "../../components/enrollment";
import { Backend } from "../../components/substra";
import type { ProgramSystem } from "../../stack/system";
import { deploySubstra } from "./deploy";
import { enrolled, noticesOf, signedElsewhere, waitingFor } from "./exchange";
import type { SubstraSettings } from "./settings";
import { substra as configured } from "./system";

/** Substra: an orchestrator, and the backends of several organizations. */
export const substra: ProgramSystem<SubstraSettings, typeof configured.sections> = {
  ...configured,
  withSecretValues: ({ orchestrator, organizations, enrollments }, mark) => ({
    enrollments,
    orchestrator: orchestrator && {
      ...orchestrator,
      values: mark(orchestrator.values, "orchestrator", ["values"]),
    },
    organizations: new Map(
      [...organizations].map(([mspId, organization]) => [
        mspId,
        {
          ...organization,
          values: mark(organization.values, "organizations", [mspId, "values"]),
        },
      ]),
    ),
  }),
  prepare: async (settings, { memory, signs }) => {
    const exchange = await receive({
      signed: signedElsewhere(settings),
      enrolled: enrolled(settings),
      signs,
      deployedAs: Backend.type,
      memory,
    });
    const waits = (mspId: string) => {
      const standing = exchange.standings.get(mspId);
      return standing !== undefined && standing.accepted === undefined;
    };
    const { namespaces } = configured.claims(settings);
    return {
      ...noticesOf(exchange),
      waiting: waitingFor(exchange),
      // An organization that waits for its admission has nothing in the cluster yet.
      namespaces: namespaces.filter(
        ({ path: [section, mspId = ""] }) => section !== "organizations" || !waits(mspId),
      ),
      deploy: (on) => deploySubstra(settings, exchange, on),
    };
  },
};
