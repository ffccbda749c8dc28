import { count } from "../../../verify/print";
import type { Plan, PlannedResource } from "../plan";
import type { AuthorityGeneration } from "../trust/generations";
import { isReissued, type Leaf } from "../trust/leaves";
import { trustOf, type Trust } from "../trust/trust";
import type { Loss } from "./loss";
import { isLost } from "./objects";
import { dayOf, grouped, listed } from "../words";

/** CA generations that are dropped while their certificates are still valid, and those that stay but lose their key. */
export function lostGenerations(plan: Plan, at: Date): Loss[] {
  const trust = trustOf(plan);
  const { before, after } = trust.generations;
  const keys = lostKeys(plan);
  const kept = new Set([...after.values()].map(({ anchor }) => anchor));
  const living = new Map(
    grouped(livingLeaves(trust, at), ({ issuer }) => issuer?.anchor ?? "").map((leaves) => [
      leaves[0].issuer?.anchor,
      leaves,
    ]),
  );
  return [...before].flatMap(([id, generation]) => {
    const key = keys.get(id);
    if (kept.has(generation.anchor)) return key ? keyLoss(generation, after.get(id)) : [];
    const leaves = living.get(generation.anchor);
    return leaves ? [generationLoss(generation, after.get(id), leaves, key)] : [];
  });
}

/** Certificates that are still presented after the update, or that pods of another stack continue to present. */
function livingLeaves({ leaves, parties }: Trust, at: Date): Leaf[] {
  const elsewhere = new Set(
    [...parties.values()].flatMap(({ before }) =>
      before?.elsewhere ? [before.presents?.name] : [],
    ),
  );
  return [...leaves.before.values()].filter((leaf) => {
    const next = leaves.after.get(leaf.name);
    if (leaf.certificate === undefined || leaf.certificate.notAfter < at) return false;
    return next !== undefined && (elsewhere.has(leaf.name) || !isReissued(leaf, next));
  });
}

function generationLoss(
  { label }: AuthorityGeneration,
  next: AuthorityGeneration | undefined,
  leaves: readonly Leaf[],
  key: PlannedResource | undefined,
): Loss {
  const many = leaves.length > 1;
  const owners = listed(leaves.map(({ owner }) => owner).sort());
  const last = Math.max(...leaves.map(({ certificate }) => certificate?.notAfter.getTime() ?? 0));
  const until = `${many ? "the last of them " : ""}until ${dayOf(new Date(last))}`;
  const verb = next === undefined ? "dropped" : "replaced by a new one of the same name";
  const withKey = key === undefined ? "" : "; its private key is deleted with it";
  return {
    text: `${label} is ${verb} while ${count(leaves.length, "certificate")} issued by it ${many ? "are" : "is"} still valid: ${many ? "those" : "that"} of ${owners}, ${until}${withKey}.`,
    todo: `Keep ${label} as \`trusted\` until ${many ? "each of them" : "that certificate"} is replaced on its pods, or has expired.`,
  };
}

function keyLoss({ label }: AuthorityGeneration, next: AuthorityGeneration | undefined): Loss[] {
  // A generation that signs has its key from the configuration.
  if (next?.state !== "trusted") return [];
  return [
    {
      text: `The private key of ${label} is deleted while the generation stays \`trusted\`: it can no longer sign.`,
      todo: "Keep the generation as it was created here, or make sure that somebody has its key.",
    },
  ];
}

/** Private keys of generations that are lost, by the generation's id. */
function lostKeys({ resources }: Plan): ReadonlyMap<string, PlannedResource> {
  return new Map(
    resources
      .filter((each) => each.type === "tls:index/privateKey:PrivateKey" && isLost(each))
      .map((key) => {
        const component = key.parent?.slice(key.parent.lastIndexOf("::") + 2) ?? "";
        const generation = key.name.slice(component.length + 1, -"-key".length);
        return [`${component}/${generation}`, key];
      }),
  );
}
