import type { Enrolled, Exchange, Signed } from "../../components/enrollment";
import { dialledBy } from "../../components/substra/connection";
import { kebabCase } from "../../components/substra/msp-id";
import type { SubstraSettings } from "./settings";

/** Returns the organizations of this stack whose requests another stack signs. */
export function signedElsewhere({ organizations }: SubstraSettings): Signed[] {
  return [...organizations].flatMap(([mspId, organization]) => {
    const { issuance, keys } = organization;
    if (issuance.kind !== "elsewhere") return [];
    const { source, trust, accept } = issuance;
    const dials = dialledBy(organization);
    return [{ mspId, name: kebabCase(mspId), keys, source, trust, accept, dials }];
  });
}

/** Returns the organizations of other stacks whose requests this stack signs. */
export function enrolled({ enrollments }: SubstraSettings): Enrolled[] {
  return [...enrollments].map(([mspId, enrollment]) => ({ mspId, ...enrollment }));
}

/** Messages for the user. */
export interface Notices {
  readonly warnings: readonly string[];
  /** What organizations wait for. */
  readonly notices: readonly string[];
}

export function noticesOf(exchange: Exchange): Notices {
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
export function waitingFor({ standings, decisions }: Exchange): Map<string, string> {
  const own = [...standings].flatMap(([mspId, { waiting }]) =>
    waiting === undefined ? [] : [[mspId, waiting] as const],
  );
  return new Map([...own, ...(decisions?.waiting ?? [])]);
}
