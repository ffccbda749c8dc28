import { checkChain, coversHost, quoteList, type Certificate } from "../../../x509";
import { REPAIR, type Checklist } from "../../../verify/check";
import { CHAIN_FINDINGS, checkKeyIds, checkLeaf, messages } from "../../../verify/leaf-checks";
import { checkPublishedKeys } from "../../../verify/trust-checks";
import { poolOf, type BackendSetup, type Host } from "./setup";
import { checkChannels, checkProof, organizationProblems } from "./check-membership";

/** Checks a backend's files, by themselves and against the orchestrator's. */
export function checkBackend(
  list: Checklist,
  setup: BackendSetup,
  mspId: string,
  host: Host | undefined,
  at: Date,
): Certificate | undefined {
  const leaf = checkLeaf(list, {
    what: "the client certificate",
    certificatePem: setup.certificate.text,
    keyPem: setup.key.text,
    origin: setup.certificate.origin,
    // A consortium has one CA, so a backend's own CA file also verifies its own certificate.
    roots: host ? poolOf(host.setup) : setup.caCertificates,
    purposes: ["clientAuth"],
    at,
  });
  if (leaf !== undefined) checkOrganization(list, setup, mspId, leaf);
  if (host === undefined) {
    if (leaf !== undefined && list.holds("chain")) {
      checkKeyIds(list, leaf, setup.caCertificates, at);
    }
    return leaf;
  }
  if (leaf !== undefined) checkProof(list, host.setup, leaf, mspId);
  checkServer(list, setup, host.leaf, at);
  checkChannels(list, setup.channels, mspId, host.setup);
  return leaf;
}

/** Checks the organization, which must be the same string in four places. */
function checkOrganization(
  list: Checklist,
  setup: BackendSetup,
  mspId: string,
  leaf: Certificate,
): void {
  const what = `the client certificate (${setup.certificate.origin})`;
  const problems = organizationProblems(leaf, what, mspId);
  if (setup.mspId !== mspId) {
    problems.push(
      `the backend calls itself ${setup.mspId} (orchestrator.mspID in its values), but the stack has it as ${mspId}.`,
    );
  }
  list.judge(
    "organization",
    problems,
    `its only organization (O) is ${mspId}, as in the backend's settings`,
    `Without it, the orchestrator accepts nobody as ${mspId}. ${REPAIR.objects}`,
  );
}

function checkServer(
  list: Checklist,
  { ca, caCertificates, host }: BackendSetup,
  server: Certificate,
  at: Date,
): void {
  checkPublishedKeys(list, { what: `the CA file in ${ca.origin}`, certificates: caCertificates });
  const findings = checkChain(server, caCertificates, { at, purpose: "serverAuth" });
  list.judge(
    "server-chain",
    messages(findings, CHAIN_FINDINGS),
    "its CA file verifies the orchestrator's certificate",
    `The backend does not trust the orchestrator: see ${ca.origin}. ${REPAIR.objects}`,
  );
  list.judge(
    "names",
    coversHost(server, host)
      ? []
      : [
          `it dials ${host}, but the orchestrator's certificate is for ${quoteList([...server.dnsNames, ...server.ipAddresses])}.`,
        ],
    `the host that it dials, ${host}, is in the orchestrator's certificate`,
    "Add the host to orchestrator.dnsNames (an IP address to orchestrator.ipAddresses), or change the organization's orchestrator.host.",
  );
}
