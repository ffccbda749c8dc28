import { receive, type Enrolled, type Exchange, type Signed } from "../../components/enrollment";
import { Backend } from "../../components/substra";
import { kebabCase } from "../../components/substra/msp-id";
import type { ProgramSystem } from "../../stack/system";
import { ADMISSION_FORM, endpointSetbacks, expectedOf, type SubstraAdmission } from "./admission";
import { REGISTRATION, deploySubstra } from "./deploy";
import { termsOf } from "./enrollments";
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
      form: ADMISSION_FORM,
      signed: signedElsewhere(settings),
      enrolled: enrolled(settings),
      signs,
      deployedAs: Backend.type,
      registration: REGISTRATION,
      holderOf: ({ subject }) => subject.organizations.join() || "another party",
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
      deploy: (on) => deploySubstra(settings, exchange, memory, on),
    };
  },
};

/** Returns the organizations of this stack whose requests another stack signs. */
function signedElsewhere({ organizations }: SubstraSettings): Signed<SubstraAdmission>[] {
  return [...organizations].flatMap(([mspId, organization]) => {
    const { issuance, keys } = organization;
    if (issuance.kind !== "elsewhere") return [];
    const { source, trust, accept } = issuance;
    const furtherSetbacks = endpointSetbacks(organization);
    const name = kebabCase(mspId);
    const expected = expectedOf(mspId);
    return [{ ...expected, name, keys, source, trust, accept, furtherSetbacks }];
  });
}

/** Returns the organizations of other stacks whose requests this stack signs. */
function enrolled({ enrollments }: SubstraSettings): Enrolled[] {
  return [...enrollments].map(([mspId, enrollment]) => ({
    ...enrollment,
    party: mspId,
    terms: termsOf(mspId, enrollment),
  }));
}

/** Messages for the user. */
interface Notices {
  readonly warnings: readonly string[];
  /** What organizations wait for. */
  readonly notices: readonly string[];
}

function noticesOf(exchange: Exchange): Notices {
  const warnings = [
    ...[...exchange.standings.values()].flatMap((standing) => standing.warnings),
    ...(exchange.decisions?.warnings ?? []),
  ];
  const notices = [...waitingFor(exchange)]
    // If something older remains in use meanwhile, a warning already says so.
    .filter(([, reason]) => !warnings.some((warning) => warning.startsWith(reason)))
    .map(([mspId, reason]) => `${mspId} waits: ${reason}`);
  return { warnings, notices };
}

/** Returns what each organization waits for, by MSP ID. */
function waitingFor({ standings, decisions }: Exchange): Map<string, string> {
  const own = [...standings].flatMap(([mspId, { waiting }]) =>
    waiting === undefined ? [] : [[mspId, waiting] as const],
  );
  return new Map([...own, ...Object.entries(decisions?.waiting ?? {})]);
}
