import type { CertificateFacts } from "../../../facts";
import type { Certificate } from "../../../x509";
import type { PlannedResource } from "../plan";
import {
  dependencyOf,
  generationsMadeBy,
  type IndexedPlan,
  type StatedCertificate,
} from "../plan-index";
import { UNKNOWN, isUnknown, type Maybe } from "../value";
import { compare } from "../words";
import {
  algorithmOf,
  certificateIn,
  hoursOf,
  isPresent,
  namesOf,
  saysOfRequest,
  saysOfSide,
  subjectOf,
  type Present,
  type Says,
  type Side,
} from "./content";
import { GenerationNames } from "./generation-names";

/** A party's certificate, before and after. */
export interface LeafSides {
  /** Its name, by which components state it. */
  readonly name: string;
  readonly owner: string;
  readonly before: Present | undefined;
  readonly after: Side | undefined;
  /** The resource that issues it; undefined if another stack issues it, or nobody does any longer. */
  readonly resource: PlannedResource | undefined;
  readonly facts: { readonly before?: CertificateFacts; readonly after?: CertificateFacts };
}

/** All certificates of a stack's parties, by owner. */
export function leavesOf(plan: IndexedPlan): LeafSides[] {
  return [...plan.certificates]
    .map(([name, certificate]) => leafOf(plan, name, certificate))
    .filter(({ before, after }) => before !== undefined || after !== undefined)
    .sort((one, other) => compare(one.owner, other.owner) || compare(one.name, other.name));
}

function leafOf(plan: IndexedPlan, name: string, stated: StatedCertificate): LeafSides {
  // Components that an earlier version deployed state no facts.
  const { resource, before, after } = stated;
  const present = certificateIn(before?.certificate ?? resource?.before?.outputs.certPem);
  return {
    name,
    owner: after?.owner ?? before?.owner ?? present?.subject.organizations[0] ?? name,
    before: present && { certificate: present },
    after: afterOf(plan, resource, after, present),
    resource,
    facts: { ...(before && { before }), ...(after && { after }) },
  };
}

function afterOf(
  plan: IndexedPlan,
  resource: PlannedResource | undefined,
  facts: CertificateFacts | undefined,
  present: Certificate | undefined,
): LeafSides["after"] {
  if (facts?.certificate !== undefined) {
    const certificate = certificateIn(facts.certificate);
    return certificate && { certificate };
  }
  if (resource?.after === undefined) return undefined;
  if (resource.operation !== "create" && resource.operation !== "replace") {
    return present && { certificate: present };
  }
  const { validityPeriodHours, certRequestPem } = resource.after.inputs;
  return {
    says: saysOfRequest(certRequestPem) ?? saysOfComingRequest(plan, resource, facts, present),
    hours: hoursOf(validityPeriodHours),
  };
}

/** Content of a request for a key that the same `up` makes: exactly what its owner is granted. */
function saysOfComingRequest(
  plan: IndexedPlan,
  resource: PlannedResource,
  facts: CertificateFacts | undefined,
  present: Certificate | undefined,
): Says {
  if (facts?.granted === undefined) return NOTHING_KNOWN;
  const { organization = facts.owner, commonName, dnsNames, ipAddresses, uris } = facts.granted;
  return {
    subject: subjectOf({ organization, commonName }),
    names: namesOf({
      dnsNames,
      ipAddresses: ipAddresses ?? [],
      uris: uris ?? [],
      emailAddresses: [],
    }),
    ...keyOf(plan, resource, present),
  };
}

const NOTHING_KNOWN: Says = {
  subject: UNKNOWN,
  names: UNKNOWN,
  keyAlgorithm: UNKNOWN,
  publicKey: UNKNOWN,
};

function keyOf(
  plan: IndexedPlan,
  resource: PlannedResource,
  present: Certificate | undefined,
): Pick<Says, "keyAlgorithm" | "publicKey"> {
  const key = keyBehind(plan, resource, "after");
  // An imported key is a secret of the configuration.
  if (key?.after === undefined) return { keyAlgorithm: UNKNOWN, publicKey: UNKNOWN };
  const keyAlgorithm = algorithmOf(key.after.inputs);
  const isKept =
    (key.operation === "same" || key.operation === "update") &&
    keyBehind(plan, resource, "before") === key;
  return { keyAlgorithm, publicKey: isKept ? (present?.publicKeyFingerprint ?? UNKNOWN) : NEW_KEY };
}

/** Returns the key for which a certificate is issued. In older states, the request has a resource of its own. */
export function keyBehind(
  plan: IndexedPlan,
  resource: PlannedResource,
  side: "before" | "after",
): PlannedResource | undefined {
  const request = dependencyOf(plan, resource, side, "certRequestPem", "CertRequest");
  return request === undefined
    ? dependencyOf(plan, resource, side, "certRequestPem", "PrivateKey")
    : dependencyOf(plan, request, side, "privateKeyPem", "PrivateKey");
}

/** Stands for the fingerprint of a key that does not exist yet. */
const NEW_KEY = "new";

/** A leaf with the content of its certificate on both sides. */
export interface Compared extends LeafSides {
  readonly said: Says | undefined;
  readonly says: Says | undefined;
  /** Whether its owner has another certificate after the change, which another stack signed. */
  readonly isSucceeded: boolean;
  /** Names of the generations that issued it and will issue it. */
  readonly issuers: { readonly before: string | undefined; readonly after: string | undefined };
}

/** @param receivers owners of a certificate that another stack signed, after the change. */
export function compareSides(
  leaf: LeafSides,
  issuers: Issuers,
  receivers: ReadonlySet<string>,
): Compared {
  const { before, after, facts } = leaf;
  const said = before && saysOfSide(before);
  const says = after && saysOfSide(after);
  return {
    ...leaf,
    said,
    says,
    isSucceeded: receivers.has(leaf.owner),
    issuers: {
      before: before && issuers.nameOf(facts.before?.issuer, before.certificate),
      after: isPresent(after)
        ? issuers.nameOf(undefined, after.certificate)
        : after && issuers.nameOf(facts.after?.issuer, undefined),
    },
  };
}

/** Names of the CAs that a plan knows. */
interface Issuers {
  /**
   * Finds the generation that issues a certificate, by its id if facts state it, otherwise by the certificate.
   *
   * @returns its name, or the issuer's subject if the generation is unknown; undefined if neither is known.
   */
  nameOf(id: string | undefined, certificate: Certificate | undefined): string | undefined;
}

export function issuersOf(plan: IndexedPlan): Issuers {
  const shown = new GenerationNames(plan);
  const names = new Map<string, string>();
  const learn = (name: string, pem: unknown) => {
    const certificate = certificateIn(pem);
    if (certificate?.subjectKeyId !== undefined) names.set(subjectKeyOf(certificate), name);
  };
  for (const stated of plan.stated.values()) {
    for (const facts of [stated.before, stated.after]) {
      for (const [name, generation] of Object.entries(facts?.authority?.generations ?? {})) {
        learn(shown.of(stated, name), generation.certificate);
      }
    }
    for (const [name, made] of generationsMadeBy(plan, stated.resource)) {
      learn(shown.of(stated, name), made.before?.outputs.certPem);
    }
  }
  return {
    nameOf: (id, certificate) => {
      // Facts state an id only for a generation of this stack's own CA.
      if (id !== undefined) return id.slice(id.indexOf("/") + 1);
      if (certificate === undefined) return undefined;
      const key = `${certificate.issuer.der}/${certificate.authorityKeyId ?? ""}`;
      return names.get(key) ?? certificate.issuer.text;
    },
  };
}

/** Includes the key identifier, as the subject is the same for all generations of a CA. */
function subjectKeyOf({ subject, subjectKeyId }: Certificate): string {
  return `${subject.der}/${subjectKeyId ?? ""}`;
}

/** Whether two values differ; an unknown value counts as the same. */
export function differs(one: Maybe<string>, other: Maybe<string>): boolean {
  return !isUnknown(one) && !isUnknown(other) && one !== other;
}

/** Names on only one of two sides; undefined if a side is unknown. */
export function nameDifferences(
  before: Maybe<readonly string[]>,
  after: Maybe<readonly string[]>,
): { readonly added: readonly string[]; readonly removed: readonly string[] } | undefined {
  if (isUnknown(before) || isUnknown(after)) return undefined;
  const [was, is] = [new Set(before), new Set(after)];
  return {
    added: after.filter((name) => !was.has(name)),
    removed: before.filter((name) => !is.has(name)),
  };
}

export function namesDiffer(
  before: Maybe<readonly string[]>,
  after: Maybe<readonly string[]>,
): boolean {
  const found = nameDifferences(before, after);
  return found !== undefined && found.added.length + found.removed.length > 0;
}

export function textOf(value: Maybe<string>): string {
  return isUnknown(value) ? "unknown" : value;
}
