import { type Checklist, REPAIR } from "../../../verify/check";
import { checkLeaf } from "../../../verify/leaf-checks";
import { PemError, coversHost, quoteList, readCertificate, type Certificate } from "../../../x509";
import type { AdmissionsDocument } from "../admission";
import { impostureOf } from "./access";
import { poolOf, type Host, type Party, type OrchestratorSetup } from "./setup";

type Admission = AdmissionsDocument["organizations"][string];

/** Advice if the stack's outputs are not what it deployed. */
const STALE =
  "`pulumi up` in the consortium's stack publishes what it deploys; outputs in a file may be older than that.";

/**
 * Checks a published certificate of the consortium against the deployed orchestrator.
 *
 * @param host the orchestrator; undefined if it cannot be read.
 * @param deployed workloads of the organization, if its release is among the sources.
 */
export function checkAdmission(
  whole: Checklist,
  { certificate: certificatePem, channels }: Admission,
  host: Host | undefined,
  deployed: readonly Party[],
  at: Date,
): void {
  const { party: mspId } = whole;
  if (deployed.length > 0 && isDeployed(whole, certificatePem, deployed)) {
    // The deployed certificate has already been checked. Only the published channels remain.
    if (host !== undefined) checkChannels(whole.about("published"), channels, mspId, host.setup);
    return;
  }
  const list = whole.about("published");
  const leaf = checkLeaf(list, {
    what: "the certificate",
    certificatePem,
    keyPem: undefined,
    origin: "its certificate in the output admissions",
    roots: host && poolOf(host.setup),
    purposes: ["clientAuth"],
    at,
  });
  if (leaf !== undefined) {
    list.judge(
      "organization",
      organizationProblems(leaf, "the certificate", mspId),
      `its only organization (O) is ${mspId}`,
      `Without it, the orchestrator accepts nobody as ${mspId}. ${STALE}`,
    );
    if (host !== undefined) checkProof(list, host.setup, leaf, mspId);
  }
  if (host !== undefined) checkChannels(list, channels, mspId, host.setup);
}

/** Whether the last published certificate is in use. If not, that is no fault yet: the previous one is still valid. */
function isDeployed(list: Checklist, pem: string, parties: readonly Party[]): boolean {
  const published = readOrNot(pem);
  if (published === undefined) return false; // reported with the certificate itself
  const other = parties.find(({ leaf }) => leaf.fingerprint !== published.fingerprint)?.leaf;
  if (other === undefined) {
    list.pass("published", "the certificate that was published last is the one that is deployed");
    return true;
  }
  const isOlder = other.notBefore < published.notBefore;
  list.warn(
    "published",
    isOlder
      ? `the deployed certificate (${describe(other)}) is older than the one published (${describe(published)}).`
      : `the deployed certificate (${describe(other)}) is not the one published (${describe(published)}).`,
    isOlder ? "Run `pulumi up` in its stack." : `Run \`pulumi up\` in its stack. ${STALE}`,
  );
  return false;
}

/** Checks that the information published about the orchestrator for organizations of other stacks is correct. */
export function checkPublished(
  { setup, leaf, list: whole }: Host,
  { authorities, orchestrator }: AdmissionsDocument,
): void {
  const list = whole.about("published");
  const { internal, external, dnsNames, ipAddresses = [] } = orchestrator;
  const hosts = [internal, ...(external ? [external] : [])].map(({ host }) => host);
  const names = new Set([...hosts, ...dnsNames, ...ipAddresses]);
  const uncovered = [...names].filter((name) => !coversHost(leaf, name));
  list.judge(
    "names",
    uncovered.length === 0
      ? []
      : [
          `organizations dial ${quoteList(uncovered)}, but the certificate is for ${quoteList([...leaf.dnsNames, ...leaf.ipAddresses])}.`,
        ],
    "the names by which organizations dial it are in its certificate",
    STALE,
  );
  const problems = trustProblems(authorities, poolOf(setup));
  if (problems.length > 0) list.warn("published", problems.join(" "), STALE);
  else list.pass("published", "the CA certificates are exactly those that it trusts");
}

function trustProblems(
  authorities: AdmissionsDocument["authorities"],
  trusted: readonly Certificate[],
): string[] {
  const published = Object.entries(authorities).map(([name, { certificate }]) => ({
    name: quoteList([name]),
    ca: readOrNot(certificate),
  }));
  return [
    ...published.flatMap(({ name, ca }) => {
      if (ca === undefined) return [`the certificate of CA generation ${name} cannot be read.`];
      if (trusted.some(({ fingerprint }) => fingerprint === ca.fingerprint)) return [];
      return [`the orchestrator does not trust CA generation ${name} (${ca.subject.text}).`];
    }),
    ...trusted
      .filter(({ fingerprint }) => !published.some(({ ca }) => ca?.fingerprint === fingerprint))
      .map(
        (ca) =>
          `the orchestrator trusts a CA that is not published: ${ca.subject.text} (${describe(ca)}).`,
      ),
  ];
}

function describe({ serialNumber, notAfter }: Certificate): string {
  return `serial ${serialNumber}, until ${notAfter.toISOString().slice(0, 10)}`;
}

function readOrNot(pem: string): Certificate | undefined {
  try {
    return readCertificate(pem);
  } catch (error) {
    if (!(error instanceof PemError)) throw error;
    return undefined;
  }
}

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
