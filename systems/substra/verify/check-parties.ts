import { REPAIR, type Checklist } from "../../../verify/check";
import { checkKeyIds, checkLeaf, CHAIN_FINDINGS, messages } from "../../../verify/leaf-checks";
import { checkPublishedKeys } from "../../../verify/trust-checks";
import { coversHost, quoteList, type Certificate, checkChain } from "../../../x509";
import { checkChannels, checkProof, organizationProblems } from "./check-admissions";
import { type OrchestratorSetup, poolOf, type BackendSetup, type Host } from "./setup";

/**
 * Checks the orchestrator's settings and files.
 *
 * @returns the server's certificate, unless it cannot be read.
 */
export function checkOrchestrator(
  list: Checklist,
  setup: OrchestratorSetup,
  probes: readonly string[],
  at: Date,
): Certificate | undefined {
  const { mutualTls, verifyMspId, serverCa, certificate, key } = setup;
  list.judge(
    "mutual-tls",
    mutualTls ? [] : ['ORCHESTRATOR_MTLS_ENABLED is not "true": anybody may connect.'],
    "clients must show a certificate",
    REPAIR.values,
  );
  list.judge(
    "verify-msp-id",
    verifyMspId
      ? []
      : [
          'ORCHESTRATOR_VERIFY_CLIENT_MSP_ID is not "true": any trusted certificate could act for any organization.',
        ],
    "clients must prove their MSP ID",
    REPAIR.values,
  );
  const leaf = checkLeaf(list, {
    what: "the server certificate",
    certificatePem: certificate.text,
    keyPem: key.text,
    origin: certificate.origin,
    roots: serverCa.certificates,
    // The pod's probes use the server's pair as a client.
    purposes: mutualTls ? ["serverAuth", "clientAuth"] : ["serverAuth"],
    at,
  });
  if (leaf !== undefined) {
    if (list.holds("chain")) checkKeyIds(list, leaf, serverCa.certificates, at);
    const uncovered = probes.filter((name) => !coversHost(leaf, name));
    list.judge(
      "names",
      uncovered.map(
        (name) =>
          `the pod's probe expects ${name}, but the certificate is for ${quoteList(leaf.dnsNames)}.`,
      ),
      `the server certificate is for the name that the probe expects, ${quoteList(probes)}`,
      "Without it, the pod is restarted forever: add the name to orchestrator.dnsNames.",
    );
  }
  if (mutualTls) checkTrust(list, setup);
  return leaf;
}

function checkTrust(list: Checklist, { clientCas, channels }: OrchestratorSetup): void {
  const members = [...new Set([...channels.values()].flat())];
  const unlisted = members.filter((mspId) => !clientCas.has(mspId));
  list.judge(
    "client-cas",
    unlisted.map((mspId) => `${mspId} is a member of a channel, but no CA is listed for it.`),
    `every member of a channel has a CA: ${quoteList(members)}`,
    REPAIR.values,
  );
  const files = [...clientCas.values()].flat();
  checkPublishedKeys(
    list,
    ...files.map(({ path, origin, certificates }) => ({
      what: `${path} (${origin})`,
      certificates,
    })),
  );
  const problems = files.flatMap(({ path, origin, certificates }) => {
    if (certificates.length > 1)
      return [
        `${path} (${origin}) holds ${certificates.length} certificates, but the server compares only the first.`,
      ];
    return certificates
      .filter(({ isCa }) => !isCa)
      .map(({ subject }) => `${path} (${origin}) holds ${subject.text}, which is not a CA.`);
  });
  list.judge(
    "trust-files",
    [...new Set(problems)],
    `each of the ${files.length} client CA files holds one CA certificate`,
    "List one Secret for each CA certificate under orchestrator.tls.mtls.clientCACerts, never a bundle.",
  );
}

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
