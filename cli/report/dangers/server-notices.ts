import type { Notice } from "../model";
import type { Plan } from "../plan";
import { MODES, byStep, meaningOf } from "../server-words";
import { isStepBack, serverChanges } from "../trust";
import { capitalized, listed } from "../words";

/**
 * Notices on servers that protect their callers less than before. That calls fail while servers and callers switch
 * between TLS and no TLS is reported with the change itself, and the program that makes such a step warns about it.
 */
export function serverNotices(plan: Plan): Notice[] {
  return byStep(serverChanges(plan).filter(isStepBack)).map((group) => {
    const [{ before, after }] = group;
    const servers = listed(group.map(({ party }) => party));
    const goes = group.length > 1 ? "go" : "goes";
    const step = `${servers} ${goes} back from ${MODES[before]} to ${MODES[after]}`;
    return { severity: "warning", text: capitalized(`${step}: ${meaningOf(group[0])}`) };
  });
}
