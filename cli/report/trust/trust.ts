import type { IndexedPlan } from "../plan-index";
import { generationsOf, type AuthorityGeneration, type Generations } from "./generations";
import { leavesOf, type Leaf, type Leaves } from "./leaves";
import { partiesOf, type Party, type Peer } from "./parties";

/** Who has which certificate, and who trusts which CA, on both sides of a plan. */
export interface Trust {
  readonly generations: Generations;
  readonly leaves: Leaves;
  /** By name, in the order of their names. */
  readonly parties: ReadonlyMap<string, Party>;
}

const read = new WeakMap<IndexedPlan, Trust>();

/** The trust in a plan, which is read only once. */
export function trustOf(plan: IndexedPlan): Trust {
  const known = read.get(plan);
  if (known) return known;
  const generations = generationsOf(plan);
  const leaves = leavesOf(plan, generations);
  const trust = { generations, leaves, parties: partiesOf(plan, generations, leaves) };
  read.set(plan, trust);
  return trust;
}

/** Whether a party that trusts these CAs accepts a certificate; undefined if that is unknown. */
export function accepts(
  trusts: readonly AuthorityGeneration[] | undefined,
  leaf: Leaf | undefined,
): boolean | undefined {
  if (trusts === undefined || leaf === undefined) return undefined;
  const { issuer, certificate } = leaf;
  if (issuer !== undefined) return trusts.some(({ anchor }) => anchor === issuer.anchor);
  // None of the CAs that the plan knows has issued it.
  return certificate === undefined ? undefined : false;
}

/** Whether a server admits a party, as far as names decide. */
export function admits(server: Peer | undefined, client: string): boolean {
  return server?.admits === undefined || server.admits.has(client);
}

/** A server's mode, which decides what a connection needs. A server without a stated mode requires certificates. */
type Server = Pick<Peer, "serves">;

export function speaksTls({ serves }: Server): boolean {
  return serves !== "plain";
}

/** Whether it checks a certificate that a caller shows. */
export function checksCallers({ serves }: Server): boolean {
  return serves !== "plain" && serves !== "tls";
}

/** Whether it refuses a caller without a certificate. */
export function requiresCertificate({ serves }: Server): boolean {
  return serves === undefined || serves === "mutual-tls";
}

/** The certificate that a party shows to the servers that it dials; undefined if it shows none. */
export function shownBy(client: Peer | undefined): Leaf | undefined {
  return client?.shows ? client.presents : undefined;
}
