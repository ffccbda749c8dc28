import assert from "node:assert/strict";
import type { V1Secret } from "@kubernetes/client-node";
import { checkChain, readCertificate, readCertificates, type Certificate } from "../../x509";
import { deployment, entryOf, mountedSecrets, ourSecrets } from "./api";

/**
 * Certificates that both ends of the connection between a backend and the orchestrator hold, as their pods mount them.
 */
export interface DeployedTrust {
  readonly server: Certificate;
  readonly client: Certificate;
  /** The files with which the server verifies clients: its CA bundle, then one file for each generation. */
  readonly serverFiles: readonly (readonly Certificate[])[];
  readonly clientTrusts: readonly Certificate[];
}

const HOST = (prefix: string) => `orchestrator-server.${prefix}-orchestrator.svc.cluster.local`;

/** Reads the certificates from the cluster, for the first organization of the consortium in example.ts. */
export async function deployedTrust(prefix: string): Promise<DeployedTrust> {
  const server = await mounts(`${prefix}-orchestrator`, "orchestrator-server");
  const client = await mounts(`${prefix}-org-1`, "backend-substra-backend-server");
  const [bundle] = server("orchestrator-tls-cacert");
  const [pair] = server("orchestrator-tls-server-pair");
  const [clientBundle] = client("orchestrator-tls-cacert");
  const [clientPair] = client("orchestrator-tls-client-pair");
  const generations = server("orchestrator-tls-client-cacert-my-org1-msp");
  return {
    server: readCertificate(entryOf(pair, "tls.crt")),
    client: readCertificate(entryOf(clientPair, "tls.crt")),
    serverFiles: [bundle, ...generations].map((secret) =>
      readCertificates(entryOf(secret, "ca.crt")),
    ),
    clientTrusts: readCertificates(entryOf(clientBundle, "ca.crt")),
  };
}

/** Fails unless a server and a client accept each other, as they were at the same or at different times. */
export function assertAccepted(prefix: string, server: DeployedTrust, client: DeployedTrust): void {
  const at = new Date();
  const host = HOST(prefix);
  assert.deepEqual(
    checkChain(server.server, client.clientTrusts, { at, purpose: "serverAuth", host }),
    [],
  );
  const trusted = server.serverFiles.flat();
  assert.deepEqual(checkChain(client.client, trusted, { at, purpose: "clientAuth" }), []);
  // The orchestrator's own check of the MSP ID looks at the first certificate of each file of the organization.
  const known = server.serverFiles.slice(1).map(([first]) => first?.subjectKeyId);
  assert.ok(client.client.authorityKeyId);
  assert.ok(known.includes(client.client.authorityKeyId));
}

async function mounts(namespace: string, name: string) {
  const { spec } = await deployment(namespace, name);
  const volumes = mountedSecrets(spec?.template.spec);
  const secrets = await ourSecrets(namespace);
  return (volume: string): readonly V1Secret[] =>
    (volumes[volume] ?? []).map((secret) => {
      const found = secrets.get(secret);
      assert.ok(found, `${namespace}/${name} mounts Secret ${secret}, which does not exist`);
      return found;
    });
}
