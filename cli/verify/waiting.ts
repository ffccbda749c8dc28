import { Checklist, type Check } from "../check";
import { isDeployed, type Deployed } from "./sources";

/** A line for each organization that waits for a certificate: no failure, for that is how each of them begins. */
export function waitingChecks(deployed: Deployed): readonly Check[] {
  const rest = isDeployed(deployed) ? "" : ", and nothing is deployed yet";
  return [...deployed.waiting].flatMap(([mspId, reasons]) => {
    const list = new Checklist(mspId);
    // One that runs has a certificate, and keeps it until there is another.
    const which = deployed.organizations.has(mspId) ? "its next certificate" : "its certificate";
    for (const reason of new Set(reasons)) {
      list.warn(
        "waiting",
        `it waits for ${which}${rest}: ${reason.replace(/\.$/, "")}.`,
        "`pulumi up` in turn: the organization's stack makes the request, the consortium's signs it, the organization's takes the certificate.",
      );
    }
    return list.checks;
  });
}

/** Each party's checks together, parties in the order of their first one. */
export function byParty(checks: readonly Check[]): readonly Check[] {
  const parties = new Set(checks.map(({ party }) => party));
  return [...parties].flatMap((party) => checks.filter((check) => check.party === party));
}
