import type { ConfigLines } from "../config-lines";
import type { CertificateChange, Lifetime } from "../model";
import type { Plan } from "../plan";
import { indexOf } from "../plan-index";
import { authorityChanges, ownGenerations } from "./authorities";
import { leavesOf } from "./leaf";
import { leafChanges } from "./leaf-changes";
import { lifetimesOf } from "./lifetimes";

/** Changes of certificates and CAs, and the lifetimes of all of them. */
export interface CertificatePart {
  readonly certificates: readonly CertificateChange[];
  readonly lifetimes: readonly Lifetime[];
}

/** @param at the time of the report. */
export function certificatePart(plan: Plan, lines: ConfigLines, at: Date): CertificatePart {
  const index = indexOf(plan);
  const generations = ownGenerations(index);
  const leaves = leavesOf(index);
  return {
    certificates: [
      ...authorityChanges(generations, lines),
      ...leafChanges(index, leaves, lines, at),
    ],
    lifetimes: lifetimesOf(leaves, generations),
  };
}
