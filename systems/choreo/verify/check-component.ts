import { MATERIALS } from "../../../components/choreo/places";
import { usageOf, type Usage } from "../../../components/choreo/project";
import {
  coversHost,
  holdsPrivateKey,
  isSelfIssued,
  pathAbove,
  quote,
  type Certificate,
  type Purpose,
} from "../../../x509";
import type { ComponentOutputs } from "../outputs";
import type { Checklist } from "../../../verify/check";
import { checkLeaf } from "../../../verify/leaf-checks";
import { readTrustFile } from "../../../verify/trust-checks";
import type { PemPair } from "../../../verify/tls/handshake";
import { TODO, materialOf, type ComponentView } from "./component-view";

/** A component with everything that it uses in handshakes. */
export interface Party {
  readonly name: string;
  readonly list: Checklist;
  readonly outputs: ComponentOutputs;
  /** Its certificate; undefined if it has none, or one that cannot be read. */
  readonly leaf: Certificate | undefined;
  /** Its certificate and key; undefined if it has none, or if the key is not available. */
  readonly pair: PemPair | undefined;
  /** CAs that it trusts, as PEM; undefined if it has none. */
  readonly ca: string | undefined;
  /** URLs that it calls, by callee. */
  readonly urls: ReadonlyMap<string, string>;
}

/** Purposes that a certificate must have. */
const PURPOSES: Readonly<Record<Usage, readonly Purpose[]>> = {
  server: ["serverAuth"],
  client: ["clientAuth"],
  both: ["serverAuth", "clientAuth"],
};

/** Parameters that are the same for all components. */
interface Surroundings {
  /** Certificates of all generations of the stack's CA. */
  readonly cas: readonly Certificate[];
  /** Whether keys are available. */
  readonly hasKeys: boolean;
  readonly at: Date;
}

/** Checks everything about a component that does not need the others. */
export function checkComponent(
  name: string,
  outputs: ComponentOutputs,
  view: ComponentView,
  list: Checklist,
  { cas, hasKeys, at }: Surroundings,
): Party {
  const usage = usageOf(outputs);
  const [certificate, key, ca] = MATERIALS.map((material) =>
    materialOf(outputs.plan, view, material),
  );
  checkFiles(list, outputs, view, hasKeys);
  let leaf: Certificate | undefined;
  if (usage === undefined) checkNeedless(list, outputs, view);
  else if (certificate !== undefined) {
    leaf = checkLeaf(list, {
      what: "its certificate",
      certificatePem: certificate,
      keyPem: key,
      origin: view.origin,
      roots: cas,
      purposes: PURPOSES[usage],
      at,
    });
  }
  if (leaf) checkNames(list, leaf, outputs);
  if (ca !== undefined) checkRoots(list, ca, view);
  const urls = urlsOf(outputs, view);
  checkUrls(list, outputs, urls, view);
  return {
    name,
    list,
    outputs,
    leaf,
    ca,
    urls,
    pair: certificate !== undefined && key !== undefined ? { certificate, key } : undefined,
  };
}

function checkFiles(
  list: Checklist,
  { plan }: ComponentOutputs,
  view: ComponentView,
  hasKeys: boolean,
): void {
  const wanted = MATERIALS.filter(
    (material) => plan.some(({ holds }) => holds === material) && (material !== "key" || hasKeys),
  );
  list.judge(
    "files",
    wanted
      .filter((material) => materialOf(plan, view, material) === undefined)
      .map((material) => `it does not find its ${material} where ${view.origin} says.`),
    `it finds its ${wanted.join(", ")} where it reads ${wanted.length === 1 ? "it" : "them"}`,
    view.todo,
  );
}

/** Checks that there is no needless key: it could only leak. */
function checkNeedless(list: Checklist, { plan }: ComponentOutputs, view: ComponentView): void {
  const held = [...view.environment, ...view.files].filter(([, text]) => holdsPrivateKey(text));
  const planned = plan.filter(({ holds }) => holds === "key" || holds === "certificate");
  list.judge(
    "private-keys",
    [
      ...held.map(
        ([at]) => `there is a private key at ${at}, but none of its servers asks for one.`,
      ),
      ...planned.map(({ name }) => `its plan has ${name}, but none of its servers asks for it.`),
    ],
    "it has no private key, as none of its servers asks for a certificate",
    TODO.keys,
  );
}

/** Checks that the CAs end at roots: Node.js and Python build chains up to a root, and components may use either. */
function checkRoots(list: Checklist, ca: string, view: ComponentView): void {
  const trusted = readTrustFile({ content: Buffer.from(ca), origin: view.origin }, "the CA file");
  if (trusted.unreadable !== undefined) list.fail("certificate", trusted.unreadable, view.todo);
  const { certificates } = trusted;
  for (const each of certificates) {
    const top = pathAbove(each, certificates).path.at(-1) ?? each;
    if (isSelfIssued(top)) continue;
    list.fail(
      "chain",
      `its CA file ends at ${top.subject.text}, without ${top.issuer.text} above it: Node.js and Python accept no certificate that it signed.`,
      TODO.root,
    );
    return;
  }
}

function checkNames(
  list: Checklist,
  leaf: Certificate,
  { server, client }: ComponentOutputs,
): void {
  if (client) {
    const { commonNames } = leaf.subject;
    list.judge(
      "identity",
      commonNames.length === 1 && commonNames[0] === client.identity
        ? []
        : [
            `its certificate is for ${leaf.subject.text}, but its identity is ${quote(client.identity)}.`,
          ],
      `servers know it as ${client.identity}`,
      TODO.certificate,
    );
  }
  if (!server) return;
  const host = server.url === undefined ? [] : [new URL(server.url).hostname];
  const names = [...new Set([...host, ...server.dnsNames])];
  const missing = names.filter((name) => !coversHost(leaf.dnsNames, name));
  list.judge(
    "names",
    missing.length === 0
      ? []
      : [
          `its certificate is for ${leaf.dnsNames.join(", ") || "no host"}, but it is called as ${missing.join(", ")}.`,
        ],
    `its certificate is for ${names.join(", ")}`,
    TODO.certificate,
  );
}

function urlsOf({ client }: ComponentOutputs, { environment }: ComponentView) {
  return new Map(
    Object.entries(client?.calls ?? {}).flatMap(([callee, { variable }]) => {
      const url = environment.get(variable);
      return url === undefined ? [] : [[callee, url] as const];
    }),
  );
}

function checkUrls(
  list: Checklist,
  { client }: ComponentOutputs,
  urls: ReadonlyMap<string, string>,
  view: ComponentView,
): void {
  if (!client) return;
  const problems = Object.entries(client.calls).flatMap(([callee, { variable, url }]) => {
    const found = urls.get(callee);
    if (found === undefined) return [`it has no ${variable}, the URL of ${callee}.`];
    if (!found.startsWith("https://"))
      return [`${variable} is ${quote(found)}, which is not https.`];
    return found === url
      ? []
      : [`${variable} is ${quote(found)}, but ${callee} is at ${url ?? "no URL"}.`];
  });
  const callees = [...urls].map(([callee, url]) => `${callee} at ${url}`).join(", ");
  list.judge("server-url", problems, `it calls ${callees}`, view.todo);
}
