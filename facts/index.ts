import { z } from "zod";

/**
 * What components say of themselves in their inputs.
 *
 * Resources do not say whose a certificate is, who presents it to whom, or which CAs a pod will trust, and Secrets hide
 * it. Components that know it register it as plain, public inputs: the state then has it as it was, and every preview as
 * it will be. Nothing here is ever unknown, and nothing decides anything: `countersign report` reads it.
 */

/** A CA generation. */
const generation = z.object({
  state: z.enum(["signing", "trusted"]),
  /** PEM, where the stack did not make it; else it is in the child resource `<component>-<generation>`. */
  certificate: z.string().optional(),
  /** Of a CA that is no root: the CAs above it, one PEM block each, its issuer first and the root last. */
  above: z.array(z.string()).optional(),
});

const authority = z.object({ generations: z.record(z.string(), generation) });

const certificate = z.object({
  /** The party that has its key. */
  owner: z.string(),
  /** The section of the configuration that decides on it, e.g. `organizations.MyOrg1MSP`. */
  source: z.string(),
  /** `issued` by this stack, `adopted` from before, or `received` from another stack. */
  origin: z.enum(["issued", "adopted", "received"]),
  /** Id of the generation that issues it; undefined where this stack does not. */
  issuer: z.string().optional(),
  /** PEM of one that was adopted or received. */
  certificate: z.string().optional(),
  /** What a received one, and what came with it, took back of what was in use: a clause for each thing that a person accepted. */
  setbacks: z.array(z.string()).optional(),
  /** Hours before its end at which this stack renews it. */
  renewBeforeHours: z.number().optional(),
  /** What its owner may ask for. */
  granted: z
    .object({ commonName: z.string().optional(), dnsNames: z.array(z.string()) })
    .optional(),
});

/**
 * What a server asks of those who call it: `plain` has no TLS; `tls` has it, and asks for no certificate;
 * `mutual-tls-optional` asks for one and refuses a wrong one, but lets in who shows none; `mutual-tls` requires one.
 */
const serverMode = z.enum(["plain", "tls", "mutual-tls-optional", "mutual-tls"]);

const peer = z.object({
  party: z.string(),
  /** The section of the configuration that decides on it. */
  source: z.string(),
  /** Name of the component that has its certificate. */
  presents: z.string(),
  /** Ids of the generations whose certificates it accepts; undefined where another stack decides that. */
  trusts: z.array(z.string()).optional(),
  /** The parties that it dials. */
  dials: z.array(z.string()),
  /** Whether it shows its certificate to those that it dials. @default true */
  shows: z.boolean().optional(),
  /** How its server speaks. @default - nothing is said of it, and it is taken for `mutual-tls` that never was otherwise */
  serves: serverMode.optional(),
  /** The parties that it lets in. @default - whoever has a certificate that it accepts */
  admits: z.array(z.string()).optional(),
  /** Whether another stack deploys it: it then follows a change only with its own `up`. */
  elsewhere: z.boolean().optional(),
  /** Whether that stack says which CAs it trusts. */
  tells: z.boolean().optional(),
});

/**
 * Who would refuse what a generation signs. Only of the signing one, so that what other stacks deploy changes no fact as
 * long as all is well: a preview without a change has to say that there is none.
 */
const distrusted = z.object({
  /** Id of the generation that signs. */
  generation: z.string(),
  /** Parties that other stacks deploy and that say that they do not trust it. */
  by: z.array(z.string()),
});

/** Content of an object that each upgrade of the component's Helm release draws at random, and no value of the chart prevents it. */
const redraw = z.object({
  /** Kind and name, e.g. `Secret backend-substra-backend-server-key`. */
  object: z.string(),
  field: z.string(),
  /** What it does to people, as a clause. */
  consequence: z.string(),
});

export const facts = z.object({
  authority: authority.optional(),
  certificate: certificate.optional(),
  peers: z.array(peer).optional(),
  distrusted: distrusted.optional(),
  redraws: z.array(redraw).optional(),
  /** The parties that wait for a certificate, or components for what goes into one. */
  waiting: z.array(z.string()).optional(),
  /** What these parties are called. @default - organizations, and services those of them that have a server */
  kind: z.enum(["component"]).optional(),
});

/** A CA; a generation's id is `<name of the component>/<name of the generation>`. */
export type AuthorityFacts = z.output<typeof authority>;
/** A party's certificate. */
export type CertificateFacts = z.output<typeof certificate>;
/** A party that speaks mutual TLS, or is on its way to it. */
export type PeerFacts = z.output<typeof peer>;
export type ServerMode = z.output<typeof serverMode>;
export type RedrawFacts = z.output<typeof redraw>;
export type Facts = z.output<typeof facts>;

/** A generation by a name that no other has in its stack. */
export function generationId(authorityName: string, generationName: string): string {
  return `${authorityName}/${generationName}`;
}
