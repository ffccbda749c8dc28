import type { Service } from "../../../components/spinnaker/installation";
import { reaches, type Phase } from "../../../components/spinnaker/phase";
import { FILES } from "../../../components/spinnaker/profiles";
import { REPAIR, type Checklist } from "../../../verify/check";
import type { Cluster } from "../../../verify/cluster/api";
import { checkIssued, checkLeaf, pairOfFiles, type KeyPair } from "../../../verify/leaf-checks";
import { checkKeyStores, pairInStore, type StoreShelf } from "../../../verify/stores";
import type { Certificate } from "../../../x509";
import type { SpinnakerStack } from "../outputs";
import { checkGo, checkJava } from "./check-credentials";
import type { Properties } from "./properties";
import {
  SettingsReader,
  TODO,
  type Party,
  type ReadView,
  type ServerSide,
  type ServiceView,
} from "./service-view";

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

/**
 * Checks those settings of a service that do not depend on its language.
 *
 * @returns the phase of the deployed service; undefined if its settings are not those of a phase.
 */
function checkSettings(list: Checklist, service: Service, view: ServiceView): Phase | undefined {
  list.judge(
    "mounted-objects",
    view.missing,
    "every Secret and key to which its settings or its pods refer exists",
    REPAIR.objects,
  );
  if (view.unfinished !== undefined) {
    list.judge(
      "roll-out",
      view.unfinished,
      "its Deployment has rolled out",
      "Wait for `kubectl rollout status`; if it does not end, `kubectl describe pod` shows why.",
    );
  }
  const phase = phaseIn(service, view.properties);
  const other =
    phase !== undefined && phase !== service.phase
      ? [`its settings are those of phase ${phase}, but the stack has it in ${service.phase}.`]
      : [];
  list.judge(
    "drift",
    [...view.drift, ...other],
    "its settings are those of the stack",
    "Somebody changed it by hand, or deployed other files: run `pulumi up --refresh`, which sets it again, or export the files again.",
  );
  if (phase === undefined) {
    const setting = service.language === "java" ? "client-auth" : "clientAuth";
    const message = `server.ssl.${setting} of ${view.origin} is not "none", "want" or "need".`;
    list.fail("files", message, TODO.settings);
  } else if (reaches(phase, "tls")) checkProbes(list, service, view);
  return phase;
}

function checkProbes(list: Checklist, { name }: Service, view: ServiceView): void {
  list.judge(
    "tcp-probe",
    view.plainProbes.map(
      (probe) => `${probe}: it has no certificate to show, and fails in phase need at the latest.`,
    ),
    "its probes only open a connection",
    `${name} must be probed by TCP, as the stack configures it: undo what was changed by hand.`,
  );
  if (view.panics.length > 0) {
    const todo = `Remove server.port from the profile of ${name}, and set spinnaker.services.${name}.port.`;
    list.fail("server-port", view.panics.join(" "), todo);
  }
}

/** Determines a service's phase from its settings alone; undefined if they are not those of a phase. */
function phaseIn({ language }: Service, properties: Properties): Phase | undefined {
  const enabled = properties.get("server.ssl.enabled");
  // Spring Boot enables `server.ssl` as soon as any of its settings is present; go-yaml-tools needs `enabled`.
  const isOn =
    enabled === undefined
      ? language === "java" && [...properties.keys()].some((name) => name.startsWith("server.ssl."))
      : enabled.toLowerCase() === "true";
  if (!isOn) return "prepare";
  const asked = properties.get("server.ssl.clientauth")?.toLowerCase() ?? "none";
  if (asked === "none") return "tls";
  return asked === "want" || asked === "need" ? asked : undefined;
}

/** Returns the server that a service without TLS will be in the next phase. */
async function serverToBe(
  source: Source,
  service: Service,
  shown: KeyPair | undefined,
  list: Checklist,
): Promise<ServerSide | undefined> {
  const pair = shown ?? (await preparedPair(source, service, list));
  return pair && { pair, clientCas: [] };
}

/** Reads the key pair of a service that does not use it yet, from its Secret. */
async function preparedPair(
  { cluster, stack, shelf }: Source,
  { name, language }: Service,
  list: Checklist,
): Promise<KeyPair | undefined> {
  const { namespace } = stack;
  const secretName = stack.services[name]?.secrets.keys ?? "";
  const origin = `Secret ${namespace}/${secretName}`;
  const secret = await cluster.secret(namespace, secretName);
  if (secret === undefined) {
    const message = `${origin}, which its server needs in the next phase, does not exist.`;
    list.fail("mounted-objects", message, REPAIR.objects);
    return undefined;
  }
  const content = (key: string) => Buffer.from(secret.data?.[key] ?? "", "base64");
  if (language === "go") {
    const [certificate, key] = [content(FILES.certificate), content(FILES.key)];
    return pairOfFiles({ content: certificate, origin }, { content: key, origin });
  }
  const password = content(FILES.password).toString("utf8");
  const store = { origin, opened: shelf.open(content(FILES.keyStore), password) };
  checkKeyStores(list, [store]);
  return pairInStore(store);
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
  if (leaf === undefined) return leaf;
  const todo =
    "It still uses an older one: `pulumi up --refresh` writes the Secrets again. If others deploy Spinnaker, their pods need the new names.";
  checkIssued(list, { leaf, origin, issued: stack.issued.get(name), todo });
  return leaf;
}
