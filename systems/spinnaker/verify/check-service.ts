import type { Service } from "../../../components/spinnaker/installation";
import type { Checklist } from "../../../verify/check";
import type { Cluster } from "../../../verify/cluster/api";
import type { SpinnakerStack } from "../outputs";
import type { Certificate } from "../../../x509";
import type { KeyPair } from "../../../verify/key-pair";
import { checkLeaf } from "../../../verify/leaf-checks";
import type { StoreShelf } from "../../../verify/stores";
import { checkGo } from "./check-go";
import { checkJava } from "./check-java";
import { checkSettings } from "./check-settings";
import { preparedPair } from "./prepared";
import type { ReadView } from "./service-view";
import { SettingsReader } from "./settings-reader";
import type { Party, ServerSide } from "./sides";

/** Cluster from which services are read, and the stack's outputs about them. */
export interface Source {
  readonly cluster: Cluster;
  readonly stack: SpinnakerStack;
  readonly shelf: StoreShelf;
  readonly readView: ReadView;
  readonly at: Date;
}

/**
 * Checks everything about a service that does not depend on others.
 *
 * @returns the service as it is deployed; undefined if it cannot be read.
 */
export async function checkService(
  source: Source,
  wanted: Service,
  list: Checklist,
): Promise<Party | undefined> {
  const { stack, shelf, readView } = source;
  const view = await readView(wanted, list);
  if (view === undefined) return undefined;
  const phase = checkSettings(list, wanted, view);
  if (phase === undefined) return undefined;
  const service = { ...wanted, phase };
  const reader = new SettingsReader(view);
  const sides =
    service.language === "java"
      ? checkJava(list, service, reader, shelf, stack.cas)
      : checkGo(list, service, view, reader, stack.cas);
  const server =
    phase === "prepare"
      ? await serverToBe(source, service, sides.client?.pair, list)
      : sides.server;
  const pairs = [server?.pair, sides.client?.pair].filter((pair) => pair !== undefined);
  const distinct = [...new Map(pairs.map((pair) => [pair.certificate, pair])).values()];
  const leaves = distinct.map((pair) => checkPair(source, service, pair, list));
  return { service, view, list, leaf: leaves[0], client: sides.client, server };
}

async function serverToBe(
  { cluster, stack, shelf }: Source,
  { name, language }: Service,
  shown: KeyPair | undefined,
  list: Checklist,
): Promise<ServerSide | undefined> {
  const secret = stack.services[name]?.secrets.keys;
  const where = { namespace: stack.namespace, name: secret ?? "", language };
  const pair = shown ?? (await preparedPair(cluster, where, shelf, list));
  return pair && { pair, clientCas: [] };
}

function checkPair(
  { stack, at }: Source,
  { name }: Service,
  { certificate, key, origin }: KeyPair,
  list: Checklist,
): Certificate | undefined {
  const leaf = checkLeaf(list, {
    what: "its certificate",
    certificatePem: certificate,
    keyPem: key,
    origin,
    roots: stack.cas,
    // Every service is both a server and a client.
    purposes: ["serverAuth", "clientAuth"],
    at,
  });
  const issued = stack.issued.get(name);
  if (leaf === undefined || issued === undefined) return leaf;
  list.judge(
    "certificate",
    leaf.fingerprint === issued
      ? []
      : [`${origin} does not have the certificate that was issued last.`],
    "its certificate is the one that the stack issued last",
    "It still uses an older one: `pulumi up --refresh` writes the Secrets again. If others deploy Spinnaker, their pods need the new names.",
  );
  return leaf;
}
