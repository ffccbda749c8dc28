import type { Enrolled, Exchange, Signed } from "../../components/enrollment";
import { dialledBy } from "../../components/substra/connection";
import { kebabCase } from "../../components/substra/kebab-case";
import type { SubstraSettings } from "./settings";

/** The organizations of this stack whose requests another one signs. */
export function signedElsewhere({ organizations }: SubstraSettings): Signed[] {
  return [...organizations].flatMap(([mspId, organization]) => {
    const { issuance, keys } = organization;
    if (issuance.kind !== "elsewhere") return [];
    const { source, trust, accept } = issuance;
    const dials = dialledBy(organization);
    return [{ mspId, name: kebabCase(mspId), keys, source, trust, accept, dials }];
  });
}

/** The organizations of other stacks whose requests this one signs. */
export function enrolled({ enrollments }: SubstraSettings): Enrolled[] {
  return [...enrollments].map(([mspId, enrollment]) => ({ mspId, ...enrollment }));
}

/** What is to be said to the user. */
export interface Notices {
  readonly warnings: readonly string[];
  /** What is waited for. */
  readonly notices: readonly string[];
}

export function noticesOf(exchange: Exchange): Notices {
  const warnings = [
    ...[...exchange.standings.values()].flatMap((standing) => standing.warnings),
    ...(exchange.decisions?.warnings ?? []),
  ];
  const notices = [...waitingFor(exchange)]
    // A warning says it already where something older is in use meanwhile.
    .filter(([, reason]) => !warnings.some((warning) => warning.startsWith(reason)))
    .map(([mspId, reason]) => `${mspId} waits: ${reason}`);
  return { warnings, notices };
}

/** What each organization waits for, by MSP ID. */
export function waitingFor({ standings, decisions }: Exchange): Map<string, string> {
  const own = [...standings].flatMap(([mspId, { waiting }]) =>
    waiting === undefined ? [] : [[mspId, waiting] as const],
  );
  return new Map([...own, ...(decisions?.waiting ?? [])]);
}
