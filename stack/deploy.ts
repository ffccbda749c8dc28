import { log } from "@pulumi/pulumi";
import {
  RegistrationAuthority,
  type EnrollmentPolicy,
  type Exchange,
} from "../components/enrollment";
import { namespace, type NamespaceHandle } from "../components/kubernetes";
import {
  CertificateAuthority,
  type SigningGeneration,
  type TrustedGeneration,
} from "../components/pki";
import { Orchestrator } from "../components/substra";
import { kebabCase } from "../components/substra/kebab-case";
import { ORCHESTRATOR_PARTY } from "../components/substra/names";
import type { StackConfig } from "../config";
import { readCertificate } from "../x509";
import { deployChoreo } from "../systems/choreo/program";
import { deployChoreoConnect } from "../systems/choreo-connect/program";
import { deployOrganizations } from "../systems/substra/program";
import { outputsOf } from "./outputs";
import { deploySpinnaker } from "../systems/spinnaker/program";

/** Makes one handle for each namespace, however many share it. */
export type NamespaceOf = (owner: {
  readonly namespace: string;
  readonly createNamespace: boolean;
}) => NamespaceHandle;

/** Whether anything of the stack is in a cluster, besides organizations that wait to be admitted. */
export function usesCluster({ orchestrator, spinnaker, choreo, choreoConnect }: StackConfig) {
  return (
    orchestrator !== undefined ||
    spinnaker !== undefined ||
    choreo?.target.kind === "openchoreo" ||
    choreoConnect?.target.kind === "kubernetes" ||
    Object.values(choreoConnect?.backends ?? {}).some(({ namespace }) => namespace !== undefined)
  );
}

/** Builds what the stack's configuration says it owns. What it returns are the stack's outputs. */
export function deploy(config: StackConfig, exchange: Exchange) {
  const authority = config.authority && new CertificateAuthority("ca", config.authority);

  const namespaces = new Map<string, NamespaceHandle>();
  const namespaceOf: NamespaceOf = ({ namespace: name, createNamespace: create }) => {
    const handle = namespaces.get(name) ?? namespace(`namespace-${name}`, { name, create });
    namespaces.set(name, handle);
    return handle;
  };

  const orchestrator =
    config.orchestrator && authority
      ? new Orchestrator("orchestrator", {
          ...config.orchestrator,
          namespace: namespaceOf(config.orchestrator),
          authority,
        })
      : undefined;
  const registration =
    authority && exchange.decisions
      ? new RegistrationAuthority("registration", {
          issuer: authority.signing,
          policies: policiesOf(config),
          decisions: exchange.decisions,
          nameOf: kebabCase,
          trusted: exchange.trusted,
          server: ORCHESTRATOR_PARTY,
        })
      : undefined;
  if (authority) {
    warnOfDistrust(authority.signing, exchange.trusted);
    authority.generations.forEach(warnOfEnd);
  }
  const organizations = deployOrganizations(config.organizations, {
    standings: exchange.standings,
    authority,
    orchestrator,
    namespaceOf,
  });
  const spinnaker =
    config.spinnaker && authority
      ? deploySpinnaker(config.spinnaker, namespaceOf(config.spinnaker), authority)
      : undefined;
  const choreo =
    config.choreo && authority ? deployChoreo(config.choreo, authority, namespaceOf) : undefined;
  const choreoConnect =
    config.choreoConnect && authority
      ? deployChoreoConnect(config.choreoConnect, authority, namespaceOf)
      : undefined;
  return outputsOf({
    ...{
      config,
      exchange,
      authority,
      orchestrator,
      registration,
      organizations,
      spinnaker,
      choreo,
      choreoConnect,
    },
  });
}

function policiesOf({ enrollments }: StackConfig): Map<string, EnrollmentPolicy> {
  return new Map(
    [...enrollments].map(([mspId, { request, ...policy }]) => [
      mspId,
      { ...policy, tellsTrust: "stack" in request },
    ]),
  );
}

/** A warning of an expired generation. Java is the only library that would still accept what it signed (test/interop/bundles). */
function warnOfEnd({ name, state, certificatePem }: TrustedGeneration): void {
  if (state !== "trusted") return;
  certificatePem.apply(async (pem) => {
    const { subject, notAfter } = readCertificate(pem);
    if (notAfter > new Date()) return;
    await log.warn(
      `CA generation ${name} (${subject.text}) expired on ${notAfter.toISOString()}, and Go, OpenSSL and BoringSSL no longer accept what it signed. Remove authority.generations.${name}`,
    );
  });
}

/** Says who would refuse the orchestrator's certificate, as soon as it has one by the generation that signs. */
function warnOfDistrust(
  { name, certificatePem }: SigningGeneration,
  trusted: Exchange["trusted"],
): void {
  certificatePem.apply(async (pem) => {
    const { fingerprint } = readCertificate(pem);
    const distrusting = [...trusted].filter(([, known]) => !known.includes(fingerprint));
    for (const [mspId] of distrusting) {
      await log.warn(
        `${mspId} does not trust CA generation ${name} yet, and its backend will refuse the orchestrator's certificates by it. Before that generation signs, ${mspId} must list its fingerprint (SHA-256 ${fingerprint}) in signedBy.trust and run \`pulumi up\``,
      );
    }
  });
}
