import { CertificateAuthority, type CertificateAuthorityArgs } from "../../../components/pki";
import { namespace } from "../../../components/kubernetes";
import type { BackendArgs, OrchestratorArgs, OwnCredentials } from "../../../components/substra";
import { makeExistingCa } from "../fake-tls";

/** The certificates of two generations; the second one signs. */
export const OLD_CA = makeExistingCa("Consortium CA");
export const NEW_CA = makeExistingCa("Consortium CA");

const GENERATIONS: CertificateAuthorityArgs["generations"] = {
  g1: { kind: "existing", state: "trusted", certificate: OLD_CA.certificate },
  g2: { kind: "existing", state: "signing", ...NEW_CA },
};

export const CHANNELS = {
  first: { organizations: ["MyOrg2MSP", "MyOrg1MSP"] },
  second: { organizations: ["MyOrg1MSP"] },
};

export const LEAF = {
  algorithm: "ECDSA-P256",
  validityHours: 2160,
  renewBeforeHours: 720,
} as const;

/** A CA with two generations, or the given ones. Call it inside a program. */
export function makeAuthority(generations = GENERATIONS): CertificateAuthority {
  return new CertificateAuthority("ca", { subject: { commonName: "Consortium CA" }, generations });
}

/** Arguments of an orchestrator with all optional ones. Call it inside a program. */
export function orchestratorArgs(): OrchestratorArgs {
  return {
    namespace: namespace("namespace-consortium", { name: "consortium", create: true }),
    releaseName: "orchestrator",
    hostname: "orchestrator.example",
    dnsNames: ["orchestrator.internal.example"],
    ingressClassName: "public",
    channels: CHANNELS,
    authority: makeAuthority(),
    certificate: LEAF,
    chart: {
      repository: "https://charts.example",
      name: "orchestrator",
      version: "8.8.0",
    },
    timeout: 300,
  };
}

/** Credentials from that CA. Call it inside a program. */
export function ownCredentials(args: Partial<OwnCredentials> = {}): OwnCredentials {
  return {
    commonName: "substra.org-1.example",
    key: "k1",
    authority: makeAuthority(),
    certificate: LEAF,
    ...args,
  };
}

/** Arguments of a backend with all optional ones. Call it inside a program. */
export function backendArgs(): BackendArgs {
  return {
    mspId: "MyOrg1MSP",
    organizationName: "Organization 1",
    namespace: namespace("namespace-org-1", { name: "org-1", create: true }),
    releaseName: "backend",
    hostname: "substra.org-1.example",
    orchestrator: { host: "orchestrator.example", port: 443, sameCluster: false },
    channels: {
      first: { restricted: false, modelExportEnabled: true },
      second: { restricted: true, modelExportEnabled: false },
    },
    credentials: ownCredentials(),
    chart: { repository: "https://charts.example", name: "substra-backend", version: "26.15.3" },
    timeout: 300,
  };
}
