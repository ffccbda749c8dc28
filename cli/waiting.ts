import { partyOf } from "../components/choreo/party";
import { Checklist, type Check } from "../verify/check";
import { isDeployed, type Deployed } from "./deployed";

/** A line for each party that waits for something: no failure, for that is how each of them begins. */
export function waitingChecks(deployed: Deployed): readonly Check[] {
  const components = new Set([...waitingComponents(deployed)].map(partyOf));
  return [...deployed.waiting].flatMap(([party, reasons]) => {
    const list = new Checklist(party);
    const [what, todo] = components.has(party)
      ? (["it waits", COMPONENT] as const)
      : ([`it waits for ${certificateOf(party, deployed)}`, ORGANIZATION] as const);
    for (const reason of new Set(reasons)) {
      list.warn("waiting", `${what}: ${reason.replace(/\.$/, "")}.`, todo);
    }
    return list.checks;
  });
}

const ORGANIZATION =
  "`pulumi up` in turn: the organization's stack makes the request, the consortium's signs it, the organization's takes the certificate.";
const COMPONENT =
  "Deploy the server once if its host is not known otherwise, write its project URL into the configuration, and run `pulumi up`.";

/** One that runs has a certificate, and keeps it until there is another. */
function certificateOf(mspId: string, deployed: Deployed): string {
  const which = deployed.organizations.has(mspId) ? "its next certificate" : "its certificate";
  return isDeployed(deployed) ? which : `${which}, and nothing is deployed yet`;
}

/** The components of a Choreo project that wait. */
export function waitingComponents({ choreo, waiting }: Deployed): ReadonlySet<string> {
  const names = Object.keys(choreo?.choreo.components ?? {});
  return new Set(names.filter((name) => waiting.has(partyOf(name))));
}

/** Each party's checks together, parties in the order of their first one. */
export function byParty(checks: readonly Check[]): readonly Check[] {
  const parties = new Set(checks.map(({ party }) => party));
  return [...parties].flatMap((party) => checks.filter((check) => check.party === party));
}
