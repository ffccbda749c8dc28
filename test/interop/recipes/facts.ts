import { writeKeyStore, writeTrustStore } from "../../../x509";
import type { Attribute } from "../../unit/x509/make-names";
import type { Files } from "../volume";
import { presented } from "./clients";
import { commandOf, stackFile } from "./page";
import { newCa, newParty, type Ca, type Names, type Party } from "./pki";
import { Place } from "./place";
import type { Callee, Recipe } from "./recipe";
import { BROKEN, refusal } from "./refusal";
import { eventually } from "./until";

/** What a server really does. */
export interface Row {
  readonly name: string;
  readonly cells: readonly string[];
}

const HEAD = [
  "server",
  "reads all CAs of the file",
  "ends a chain at a CA below a root",
  "sends the CAs after its certificate",
  "compares",
  "a client of another CA gets",
  "takes changed files",
];

/** Writes rows as a table in Markdown. */
export function tableOf(rows: readonly Row[]): string {
  const lines = rows.map(({ name, cells }) => [`[${name}](${name}.md)`, ...cells]);
  return [HEAD, HEAD.map(() => "---"), ...lines]
    .map((cells) => `| ${cells.join(" | ")} |\n`)
    .join("");
}

const CLIENT: readonly Attribute[] = [
  ["O", "market"],
  ["CN", "orders"],
];

/** Starts a server with certificates of the tests' own CAs, and finds out what it does with them. */
export async function measure(recipe: Recipe, base: string): Promise<Row> {
  const root = newCa([["CN", "Root"]]);
  const below = newCa([["CN", "CA below the root"]], root);
  const other = newCa([["CN", "Other root"]]);
  const host = `${recipe.server}.market.svc`;
  const leaf = newParty(below, [["CN", recipe.server]], { dnsNames: [host] });
  const own = { ...leaf, certificate: leaf.certificate + below.certificate };
  const place = await Place.open(recipe, base, filesOf(recipe, own, [below, other]));
  try {
    const callee: Callee = { port: place.running.port, host };
    const letsIn = (ca: Ca, subject: readonly Attribute[], names: Names) => {
      const client = { ...newParty(ca, subject, names), cas: root.certificate };
      return recipe.ask(callee, client).then(
        () => true,
        () => false,
      );
    };
    const names = { uris: urisOf(recipe) };
    const readsAll = await letsIn(other, CLIENT, names);
    const endsBelow = await letsIn(below, CLIENT, names);
    const compared = await comparedBy((subject, sans) => letsIn(other, subject, sans), names);
    const client = { ...newParty(other, CLIENT, names), cas: root.certificate };
    const sends = await presented(callee, client, recipe.greeting).then(
      () => true,
      () => false,
    );
    const stranger = newParty(newCa([["CN", "Foreign"]]), CLIENT, names);
    const heard = await refusal(recipe, callee, { ...stranger, cas: root.certificate });
    if (!endsBelow) {
      place.replace(filesOf(recipe, own, [below, other, root]));
      await place.running.restart?.();
      await eventually(`${recipe.name} lets in a client below the root`, () =>
        letsIn(below, CLIENT, names),
      );
    }
    const cells = [
      yes(readsAll),
      endsBelow ? "yes" : "no: set `upToRoot`",
      yes(sends),
      compared,
      heardIn(heard),
      takes(place),
    ];
    return { name: recipe.name, cells };
  } finally {
    await place.running.stop();
  }
}

/** Finds out what a server compares, by certificates that differ in it. */
async function comparedBy(
  letsIn: (subject: readonly Attribute[], names: Names) => Promise<boolean>,
  right: Names,
): Promise<string> {
  const stranger: readonly Attribute[] = [["CN", "reports"]];
  if (await letsIn(stranger, {})) return "nothing";
  if (!(await letsIn(CLIENT, {})))
    return (await letsIn(stranger, right)) ? "SAN" : "SAN and subject";
  if (!(await letsIn(CLIENT, { dnsNames: ["reports.market.svc"] }))) return "SAN, else subject";
  return (await letsIn([["CN", "orders"]], {})) ? "CN" : "subject";
}

function heardIn(message = "an answer"): string {
  if (message.includes("alert unknown ca")) return "a TLS alert";
  if (message.startsWith("400 ")) return "status 400";
  return BROKEN.test(message) ? "a closed connection" : message;
}

function takes({ recipe, running }: Place): string {
  if (running.restart) return "when it starts";
  return commandOf(recipe.name) === undefined ? "by itself" : "when told";
}

function yes(is: boolean): string {
  return is ? "yes" : "no";
}

function urisOf({ name, client }: Recipe): readonly string[] {
  const { certificate } = (stackFile(name).services?.[client] ?? {}) as {
    certificate?: { uris?: string[] };
  };
  return certificate?.uris ?? [];
}

/** Returns files in the form of the recipe's stack file. */
function filesOf({ name, server }: Recipe, own: Party, cas: readonly Ca[]): Files {
  const { files } = stackFile(name).services?.[server] as { files: { form?: string } };
  const contents =
    files.form === "pkcs12"
      ? stores(own, cas)
      : {
          "tls.crt": own.certificate,
          "tls.key": own.key,
          "ca.crt": cas.map(({ certificate }) => certificate).join(""),
        };
  return new Map(Object.entries(contents).map(([key, content]) => [key, Buffer.from(content)]));
}

function stores(
  { certificate, key }: Party,
  cas: readonly Ca[],
): Readonly<Record<string, string | Buffer>> {
  const password = "of a test";
  const own = { alias: "own", chainPem: certificate, privateKeyPem: key };
  const trusted = cas.map((ca, position) => ({
    alias: `ca-${position}`,
    certificatePem: ca.certificate,
  }));
  return {
    "keystore.p12": writeKeyStore(own, password),
    "truststore.p12": writeTrustStore(trusted, password),
    password,
  };
}
