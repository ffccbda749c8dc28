import { quoteList, type Certificate } from "../../../x509";
import { REPAIR, type Checklist } from "../../../verify/check";
import { impostureOf } from "./access";
import type { OrchestratorSetup } from "./setup";

/** Problems with the organization (O) in a certificate. */
export function organizationProblems(
  { subject: { organizations } }: Certificate,
  what: string,
  mspId: string,
): string[] {
  if (organizations.length === 1 && organizations[0] === mspId) return [];
  return [`${what} has O ${quoteList(organizations)}, not only ${mspId}.`];
}

/** Checks that a certificate proves the MSP ID, by the CAs that the orchestrator lists for it. */
export function checkProof(
  list: Checklist,
  setup: OrchestratorSetup,
  leaf: Certificate,
  mspId: string,
): void {
  const { mutualTls, clientCas } = setup;
  // These are reported elsewhere, and the rest would only follow from them.
  if (!mutualTls || !leaf.subject.organizations.includes(mspId) || isStranger(setup, mspId)) return;
  const reason = impostureOf({ clientCas }, [leaf], mspId);
  const listed = (clientCas.get(mspId) ?? []).map(({ origin }) => origin);
  const problems: string[] = [];
  if (reason !== undefined) problems.push(`${reason} (${quoteList(listed)}).`);
  else if (leaf.authorityKeyId === undefined)
    problems.push(
      "the client certificate has no authority key identifier, and neither has a CA listed for it.",
    );
  list.judge(
    "key-ids",
    problems,
    `its authority key identifier is that of a CA listed for ${mspId}`,
    `The CA listed for it is not the one that signed. ${REPAIR.objects}`,
  );
}

/** Checks that the orchestrator lists an organization in the channels that it uses. */
export function checkChannels(
  list: Checklist,
  channels: readonly string[],
  mspId: string,
  setup: OrchestratorSetup,
): void {
  if (isStranger(setup, mspId)) {
    list.fail(
      "channels",
      `the orchestrator lists ${mspId} in no channel, and no CA for it: it has left the consortium, or was never in it.`,
      "If it has left, `pulumi destroy` in its stack removes what still runs there. If not, add it to orchestrator.channels (and to enrollments, if another stack runs it), then run `pulumi up` in the consortium's stack.",
    );
    return;
  }
  const problems = channels
    .filter((channel) => !setup.channels.get(channel)?.includes(mspId))
    .map(
      (channel) => `the orchestrator does not list ${mspId} in channel ${quoteList([channel])}.`,
    );
  if (channels.length === 0) problems.push("it uses no channel.");
  list.judge(
    "channels",
    problems,
    `the orchestrator lists it in ${quoteList(channels)}`,
    "Add it to orchestrator.channels, then run `pulumi up`; if it has left a channel, run `pulumi up` in its own stack.",
  );
}

/** Whether the orchestrator does not know an organization: it lists a member with channels and a CA. */
function isStranger({ channels, clientCas }: OrchestratorSetup, mspId: string): boolean {
  return !clientCas.has(mspId) && ![...channels.values()].flat().includes(mspId);
}
