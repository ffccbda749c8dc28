import { createPublicKey } from "node:crypto";
import { count } from "../../../verify/print";
import { publicKeyFingerprint } from "../../../x509";
import {
  CONFIG_MAP,
  RELEASE,
  SECRET_TYPE,
  isLost,
  mayBeSame,
  nameOf,
  namespaceOf,
  stays,
} from "../objects";
import type { Plan, PlannedResource } from "../plan";
import type { IndexedPlan } from "../plan-index";
import { isReissued, type AuthorityGeneration, type Leaf } from "../trust/certificates";
import { trustOf, type Trust } from "../trust/trust";
import { textsIn } from "../value";
import { dayOf, grouped, listed } from "../words";
import type { Loss } from "./lost-data";

/** CA generations that are dropped while their certificates are still valid, and those that stay but lose their key. */
export function lostGenerations(plan: IndexedPlan, at: Date): Loss[] {
  const trust = trustOf(plan);
  const { before, after } = trust.generations;
  const keys = lostGenerationKeys(plan);
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
function lostGenerationKeys({ resources }: Plan): ReadonlyMap<string, PlannedResource> {
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

/**
 * Keys of organizations that are lost although another stack has signed a certificate for them: with a new key, the
 * organization must request a certificate again. A key is not missed if its successor has a certificate.
 */
export function lostKeys(plan: IndexedPlan, at: Date): Loss[] {
  const { leaves } = trustOf(plan);
  const { children } = plan;
  return plan.resources
    .filter(({ type }) => type === "countersign:enrollment:Enrollment")
    .flatMap((enrollment) => {
      const before = leaves.before.get(enrollment.name);
      const [held, next] = [before?.certificate, leaves.after.get(enrollment.name)?.certificate];
      if (held === undefined || held.notAfter < at) return [];
      if (next !== undefined && next.publicKeyFingerprint !== held.publicKeyFingerprint) return [];
      // In older states, each key has a component of its own around it.
      return (children.get(enrollment.urn) ?? [])
        .flatMap((child) => [child, ...(children.get(child.urn) ?? [])])
        .filter((key) => isLost(key) && publicKeyOf(key) === held.publicKeyFingerprint)
        .map((key) => ({
          text: `The private key ${key.name} is ${key.operation === "replace" ? "replaced" : "deleted"}, although ${before?.owner ?? ""} has a certificate for it until ${dayOf(held.notAfter)}: nobody can use or renew that certificate any longer, and with another key ${before?.owner ?? ""} must request a new one.`,
          todo: "If the organization stays, give it another key (`certificate.keys`), and remove this one when the new key has its certificate.",
        }));
    });
}

/** SHA-256 of the public key; undefined if the resource is not a key, or its state does not say. */
function publicKeyOf({ type, before }: PlannedResource): string | undefined {
  const pem = before?.outputs.publicKeyPem;
  if (type !== "tls:index/privateKey:PrivateKey" || typeof pem !== "string") return undefined;
  return publicKeyFingerprint(createPublicKey(pem));
}

/**
 * Passwords that change while their release stays. Databases that charts bundle set their password only when their
 * volume is first created (bitnami postgresql 15.4.1).
 */
export function lostPasswords({ resources }: Plan): Loss[] {
  const lost = resources.filter(
    (each) => each.type === "random:index/randomPassword:RandomPassword" && isLost(each),
  );
  if (lost.length === 0) return [];
  const users = usersOf(resources.filter((each) => each.type === RELEASE && stays(each)));
  const secrets = usersOf(resources.filter(({ type }) => type === SECRET_TYPE));
  return lost.flatMap((password) => {
    const holders = [password, ...(secrets.get(password.urn) ?? [])];
    const releases = new Set(holders.flatMap(({ urn }) => users.get(urn) ?? []));
    const verb = password.operation === "replace" ? "replaced" : "deleted";
    return [...releases].map((release) => ({
      text: `Password ${password.name} is ${verb} while Helm release ${nameOf(release, "before") ?? release.name} stays: a database that was set up with it still requires it, and nobody has it any longer.`,
      todo: "Keep it, or change the password in the database by hand at the same time; read it from its Secret first.",
    }));
  });
}

/** Resources by the URNs that they depend on. */
function usersOf(resources: readonly PlannedResource[]) {
  const users = new Map<string, PlannedResource[]>();
  for (const resource of resources) {
    for (const urn of new Set(Object.values(resource.before?.dependencies ?? {}).flat())) {
      users.set(urn, [...(users.get(urn) ?? []), resource]);
    }
  }
  return users;
}

/** Secrets, and ConfigMaps with CAs, that are deleted while the values of a release still name them. */
export function lostSecrets({ resources }: Plan): Loss[] {
  const lost = resources.filter(
    (each) => [SECRET_TYPE, CONFIG_MAP].includes(each.type) && isLost(each) && !keepsName(each),
  );
  if (lost.length === 0) return [];
  const releases = resources.filter((each) => each.type === RELEASE && each.after !== undefined);
  const naming = new Map<string, PlannedResource[]>();
  for (const release of releases) {
    for (const text of new Set(textsIn(release.after?.inputs.values))) {
      naming.set(text, [...(naming.get(text) ?? []), release]);
    }
  }
  return lost.flatMap((object) => {
    const name = nameOf(object, "before") ?? "";
    const namespace = namespaceOf(object, "before");
    const kind = object.type === SECRET_TYPE ? "Secret" : "ConfigMap";
    return (naming.get(name) ?? [])
      .filter((release) => mayBeSame(namespace, namespaceOf(release, "after")))
      .map((release) => ({
        text: `${kind} ${name} is deleted, and Helm release ${nameOf(release, "after") ?? release.name} still names it: its pods cannot start without it.`,
        todo: `Take ${name} out of the release's values first, or keep the ${kind}.`,
      }));
  });
}

/** Whether an object has a fixed name, so that it is created again with other content. */
function keepsName(object: PlannedResource): boolean {
  return object.operation === "replace" && nameOf(object, "after") === nameOf(object, "before");
}
