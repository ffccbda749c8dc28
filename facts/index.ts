import { z } from "zod";

/**
 * Facts that components state about themselves in their inputs.
 *
 * Resources do not say who owns a certificate, who presents it to whom, or which CAs a pod will trust, and Secrets hide
 * it. Components that know these facts register them as plain, public inputs: the state then has them as they were, and
 * every preview as they will be. Facts are never unknown, and nothing is decided by them; only `countersign report`
 * reads them.
 */

/** A CA generation. */
const generation = z.object({
  state: z.enum(["signing", "trusted"]),
  /**
   * The certificate in PEM if the stack did not create it. Otherwise it is in the child resource
   * `<component>-<generation>`.
   */
  certificate: z.string().optional(),
  /** The CAs above a CA that is not a root, one PEM block each, from its issuer to the root. */
  above: z.array(z.string()).optional(),
});

const authority = z.object({ generations: z.record(z.string(), generation) });

const certificate = z.object({
  /** The party that holds its key. @default - the peer that presents it */
  owner: z.string().optional(),
  /** The section of the configuration for it, e.g. `organizations.MyOrg1MSP`. @default - that of this peer */
  source: z.string().optional(),
  /** `issued` by this stack, `adopted` from elsewhere, or `received` from another stack. */
  origin: z.enum(["issued", "adopted", "received"]).default("issued"),
  /** Id of the generation that issues it; undefined if this stack does not issue it. */
  issuer: z.string().optional(),
  /** PEM of an adopted or received certificate. */
  certificate: z.string().optional(),
  /** Setbacks: what a received certificate and its documents reverted, as a clause for each thing that a person accepted. */
  setbacks: z.array(z.string()).optional(),
  /** Hours before expiry at which this stack renews it. */
  renewBeforeHours: z.number().optional(),
  /** Subject and names that its owner may request. A party whose key is made here requests exactly these. */
  granted: z
    .object({
      /** Organization (O). @default - the owner */
      organization: z.string().optional(),
      commonName: z.string().optional(),
      dnsNames: z.array(z.string()).default([]),
      ipAddresses: z.array(z.string()).optional(),
      uris: z.array(z.string()).optional(),
    })
    .optional(),
});

/**
 * What a server requires of its callers: `plain` has no TLS; `tls` has TLS and asks for no certificate;
 * `mutual-tls-optional` asks for one and refuses a wrong one, but admits clients without one; `mutual-tls` requires
 * one.
 */
const serverMode = z.enum(["plain", "tls", "mutual-tls-optional", "mutual-tls"]);

const peer = z.object({
  party: z.string(),
  /** The section of the configuration for it. */
  source: z.string(),
  /** Name of its certificate. */
  presents: z.string(),
  /** Ids of the generations whose certificates it accepts; undefined if another stack decides that. */
  trusts: z.array(z.string()).optional(),
  /** The parties that it dials. */
  dials: z.array(z.string()).default([]),
  /** Whether it shows its certificate to those that it dials. @default true */
  shows: z.boolean().optional(),
  /** Mode of its server. @default - none is stated; it is treated as a `mutual-tls` server that never had another mode */
  serves: serverMode.optional(),
  /** The parties that it admits. @default - all that have a certificate that it accepts */
  admits: z.array(z.string()).optional(),
  /** Whether another stack deploys it. It then follows a change only with its own `up`. */
  elsewhere: z.boolean().optional(),
  /** Whether that stack reports which CAs it trusts. */
  tells: z.boolean().optional(),
});

/**
 * Parties that would refuse what a generation signs. It covers only the signing generation, so that deployments of
 * other stacks change no fact as long as all is well: a preview without a change must show none.
 */
const distrusted = z.object({
  /** Id of the generation that signs. */
  generation: z.string(),
  /** Parties that other stacks deploy and that report that they do not trust it. */
  by: z.array(z.string()),
});

/**
 * Content of an object that each upgrade of the component's Helm release generates at random, which no value of the
 * chart prevents.
 */
const redraw = z.object({
  /** Kind and name, e.g. `Secret backend-substra-backend-server-key`. */
  object: z.string(),
  field: z.string(),
  /** The consequence for people, as a clause. */
  consequence: z.string(),
});

export const facts = z.object({
  authority: authority.optional(),
  /** Certificates of its parties, by the name of the resource that issues each, or would. */
  certificates: z.record(z.string(), certificate).optional(),
  /** In older states: the only certificate of a component, which has the same name. */
  certificate: certificate.optional(),
  peers: z.array(peer).optional(),
  distrusted: distrusted.optional(),
  redraws: z.array(redraw).optional(),
  /** Parties that wait for a certificate, or components that wait for what goes into one. */
  waiting: z.array(z.string()).optional(),
  /** The kind of these parties. @default - organizations, and services for those that have a server */
  kind: z.enum(["component", "service"]).optional(),
});

/** A CA; a generation's id is `<name of the component>/<name of the generation>`. */
export type AuthorityFacts = z.output<typeof authority>;
/** A party's certificate. */
export type CertificateFacts = z.output<typeof certificate> &
  Readonly<Record<"owner" | "source", string>>;
/** A party that uses mutual TLS, or will. */
export type PeerFacts = z.output<typeof peer>;
export type ServerMode = z.output<typeof serverMode>;
export type RedrawFacts = z.output<typeof redraw>;
export interface Facts extends Omit<z.output<typeof facts>, "certificate" | "certificates"> {
  certificates?: Record<string, CertificateFacts> | undefined;
}

/**
 * Returns facts as a component registers them. What `readFacts` restores is left out, because the state keeps the facts
 * of every party.
 */
export function stated({ certificates, peers, ...others }: Facts): z.input<typeof facts> {
  const holders = holdersOf(peers);
  return {
    ...(certificates && {
      certificates: mapped(certificates, (name, { owner, source, origin, granted, ...rest }) => {
        const holder = holders.get(name);
        return {
          ...(owner !== holder?.party && { owner }),
          ...(source !== holder?.source && { source }),
          ...(origin !== "issued" && { origin }),
          ...rest,
          ...(granted && { granted: shortGrant(granted) }),
        };
      }),
    }),
    ...(peers && {
      peers: peers.map(({ dials, ...rest }) => ({ ...rest, ...(dials.length > 0 && { dials }) })),
    }),
    ...others,
  };
}

/**
 * Reads the facts among a component's inputs, also those of older states.
 *
 * @returns undefined if the inputs are not facts.
 */
export function readFacts(component: string, inputs: unknown): Facts | undefined {
  const { data } = facts.safeParse(inputs);
  if (!data) return undefined;
  const { certificate: only, certificates = only && { [component]: only }, ...others } = data;
  const holders = holdersOf(others.peers);
  return {
    ...others,
    ...(certificates && {
      certificates: mapped(certificates, (name, { owner, source, ...rest }) => {
        const holder = holders.get(name);
        return {
          owner: owner ?? holder?.party ?? component,
          source: source ?? holder?.source ?? component,
          ...rest,
        };
      }),
    }),
  };
}

function shortGrant({ dnsNames, ...rest }: NonNullable<CertificateFacts["granted"]>) {
  return { ...rest, ...(dnsNames.length > 0 && { dnsNames }) };
}

/** The first peer that presents each certificate. */
function holdersOf(peers: readonly PeerFacts[] = []): ReadonlyMap<string, PeerFacts> {
  return new Map(peers.map((peer) => [peer.presents, peer] as const).reverse());
}

function mapped<T, R>(
  record: Readonly<Record<string, T>>,
  change: (name: string, value: T) => R,
): Record<string, R> {
  return Object.fromEntries(
    Object.entries(record).map(([name, value]) => [name, change(name, value)]),
  );
}

/** Returns a generation's name that is unique in its stack. */
export function generationId(authorityName: string, generationName: string): string {
  return `${authorityName}/${generationName}`;
}
