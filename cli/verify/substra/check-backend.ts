import { checkChain, coversHost, quoteList, type Certificate } from "../../../x509";
import type { Checklist } from "../../check";
import { CHAIN_FINDINGS, checkLeaf, messages } from "../leaf-checks";
import { REPAIR } from "../todo";
import { impostureOf } from "./access";
import type { BackendSetup } from "./backend-setup";
import { poolOf, type OrchestratorSetup } from "./orchestrator-setup";
import type { Host } from "./parties";

/** Checks what a backend holds, by itself and against what the orchestrator holds. */
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
    roots: host && poolOf(host.setup),
    purposes: ["clientAuth"],
    at,
  });
  if (leaf !== undefined) checkOrganization(list, setup, mspId, leaf);
  if (host === undefined) return leaf;
  if (leaf !== undefined && host.setup.mutualTls) checkProof(list, host.setup, leaf, mspId);
  checkServer(list, setup, host.leaf, at);
  checkChannels(list, setup, mspId, host.setup);
  return leaf;
}

/** The same string has to stand in four places. */
function checkOrganization(
  list: Checklist,
  setup: BackendSetup,
  mspId: string,
  leaf: Certificate,
): void {
  const { organizations } = leaf.subject;
  const problems: string[] = [];
  if (organizations.length !== 1 || organizations[0] !== mspId) {
    problems.push(
      `the client certificate (${setup.certificate.origin}) has O ${quoteList(organizations)}, not ${mspId} alone.`,
    );
  }
  if (setup.mspId !== mspId) {
    problems.push(
      `the backend calls itself ${setup.mspId} (LEDGER_MSP_ID), and the stack has it as ${mspId}.`,
    );
  }
  list.judge(
    "organization",
    problems,
    `its one organization (O) is ${mspId}, as in the backend's settings`,
    `The orchestrator lets nobody in as ${mspId} without it. ${REPAIR.objects}`,
  );
}

function checkProof(
  list: Checklist,
  { clientCas }: OrchestratorSetup,
  leaf: Certificate,
  mspId: string,
): void {
  if (!leaf.subject.organizations.includes(mspId)) return; // said already, and the rest follows from it
  const reason = impostureOf({ clientCas }, [leaf], mspId);
  const listed = (clientCas.get(mspId) ?? []).map(({ origin }) => origin);
  const problems: string[] = [];
  if (reason !== undefined) problems.push(`${reason} (${quoteList(listed)}).`);
  else if (leaf.authorityKeyId === undefined)
    problems.push(
      "the client certificate has no authority key identifier, and a CA listed for it none either.",
    );
  list.judge(
    "key-ids",
    problems,
    `its authority key identifier is that of a CA listed for ${mspId}`,
    `The CA listed for it is not the one that signed. ${REPAIR.objects}`,
  );
}

function checkServer(
  list: Checklist,
  { ca, caCertificates, host }: BackendSetup,
  server: Certificate,
  at: Date,
): void {
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
          `it dials ${host}, and the orchestrator's certificate is for ${quoteList(server.dnsNames)}.`,
        ],
    `the host that it dials, ${host}, is in the orchestrator's certificate`,
    "Add the host to orchestrator.dnsNames, or change the organization's orchestrator.host.",
  );
}

function checkChannels(
  list: Checklist,
  { channels }: BackendSetup,
  mspId: string,
  orchestrator: OrchestratorSetup,
): void {
  const closed = channels.filter((channel) => !orchestrator.channels.get(channel)?.includes(mspId));
  const problems = closed.map(
    (channel) => `the orchestrator does not list ${mspId} in channel ${channel}.`,
  );
  if (channels.length === 0) problems.push("the backend has no channel (LEDGER_CHANNELS).");
  list.judge(
    "channels",
    problems,
    `the orchestrator lists it in ${quoteList(channels)}`,
    "Add it to orchestrator.channels, then `pulumi up`.",
  );
}
