import { orchestratorHosts } from "../../components/substra/names";
import {
  checkChain,
  coversHost,
  quote,
  readCertificate,
  type Certificate,
  type Purpose,
} from "../../x509";
import { checkLeafFor } from "../../x509/consumers/check";
import type { AuthorityConfig } from "../../config/authority";
import { keyOf, type Problem } from "../../config/problems";
import { readers, type SubstraSettings } from "./settings";

/** A certificate that was created elsewhere, and the requirements on it. */
interface Existing {
  readonly path: readonly string[];
  readonly pem: string;
  readonly purpose: Purpose;
  /** The only organization (O) that it must have. */
  readonly organization?: string;
  readonly dnsNames?: readonly string[];
}

/** Problems with existing certificates that a consumer would refuse. */
export function unusableCertificates(
  settings: SubstraSettings,
  authority: AuthorityConfig | undefined,
): Problem[] {
  const authorities = Object.values(authority?.generations ?? {}).flatMap((generation) =>
    generation.kind === "existing" ? [readCertificate(generation.certificate)] : [],
  );
  return existingOf(settings).flatMap((existing) => {
    const key = keyOf([...existing.path, "certificate", "existing"]);
    const advice =
      existing.path[0] === "enrollments"
        ? "Remove it to have a certificate issued for the same key"
        : "Remove it and its key to have new ones created";
    return problemsOf(existing, authorities).map((message) => ({
      key,
      message: `${message} ${advice}`,
    }));
  });
}

function existingOf({ orchestrator, organizations, enrollments }: SubstraSettings): Existing[] {
  const clients = [
    ...[...organizations].map(
      ([mspId, { issuance }]) =>
        ["organizations", mspId, issuance.kind === "here" ? issuance.existing : undefined] as const,
    ),
    ...[...enrollments].map(([mspId, { existing }]) => ["enrollments", mspId, existing] as const),
  ].flatMap(([section, mspId, pem]) =>
    pem === undefined
      ? []
      : [{ path: [section, mspId], pem, purpose: "clientAuth" as const, organization: mspId }],
  );
  const server = orchestrator?.certificate.existing;
  if (!orchestrator || !server) return clients;
  const { dnsNames, ipAddresses } = orchestratorHosts(orchestrator);
  const names = [...dnsNames, ...ipAddresses];
  return [
    ...clients,
    { path: ["orchestrator"], pem: server.certificate, purpose: "serverAuth", dnsNames: names },
  ];
}

function problemsOf(existing: Existing, authorities: readonly Certificate[]): string[] {
  const { pem, purpose, organization, dnsNames = [] } = existing;
  const certificate = readCertificate(pem);
  // Expiry only determines when it is renewed, and is not a mistake.
  const at = certificate.notBefore;
  const { organizations } = certificate.subject;
  const found = [
    ...checkChain(certificate, authorities, { at, purpose }).filter(
      ({ code }) => !["outlives-ca", "not-yet-valid", "ca-not-yet-valid"].includes(code),
    ),
    ...checkLeafFor(certificate, purpose === "serverAuth" ? readers.ofServers : readers.ofClients),
  ].map(({ message }) => message);
  if (organization !== undefined && organizations.join("\n") !== organization) {
    found.push(
      `its organization (O) is ${organizations.map(quote).join(", ") || "none"}, not ${quote(organization)}.`,
    );
  }
  const missing = dnsNames.filter((name) => !coversHost(certificate, name));
  if (missing.length > 0) found.push(`it lacks the names ${missing.map(quote).join(", ")}.`);
  return found;
}
