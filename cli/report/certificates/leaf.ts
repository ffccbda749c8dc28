import type { CertificateFacts } from "../../../facts";
import type { Certificate } from "../../../x509";
import type { PlannedResource } from "../plan";
import { dependencyOf, type IndexedPlan, type StatedCertificate } from "../plan-index";
import { UNKNOWN } from "../value";
import { compare } from "../words";
import {
  algorithmOf,
  certificateIn,
  hoursOf,
  namesOf,
  saysOfRequest,
  subjectOf,
  type Present,
  type Says,
  type Side,
} from "./content";

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
