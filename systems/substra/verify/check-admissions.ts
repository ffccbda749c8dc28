import { PemError, coversHost, quoteList, readCertificate, type Certificate } from "../../../x509";
import type { Checklist } from "../../../verify/check";
import { checkLeaf } from "../../../verify/leaf-checks";
import type { AdmissionsDocument } from "../admission";
import { checkChannels, checkProof, organizationProblems } from "./check-membership";
import { poolOf, type Host, type Party } from "./setup";

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
