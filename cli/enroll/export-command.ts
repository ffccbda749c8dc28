import { Command } from "commander";
import { CannotCheck } from "../../command/failure";
import {
  readStackDocument,
  sourceOf,
  withSource,
  type SourceOptions,
} from "../../command/stack-outputs";
import { complain, say, sayJson } from "../../command/say";
import type { FileExchange, PublishedParty } from "../../command/file-exchange";
import { admissionOf, readDocument, requestOf } from "../../enrollment/documents";
import { FILES, PrivateKeyFound, filesOfAdmission, refusePrivateKey } from "../../enrollment/files";
import { DerError, PemError, quote, readCertificateRequest } from "../../x509";
import { save, type FileToWrite, type SavedFile } from "./files";
import { factsOfAdmission, factsOfRequest, type AdmissionFacts, type RequestFacts } from "./review";
import { admissionRows, aligned, requestRows } from "./screen";

interface Options extends SourceOptions {
  readonly to: string;
  readonly json?: true;
}

export const exportCommand = (systems: readonly FileExchange[]) =>
  withSource(new Command("export"))
    .description(
      "Writes what a stack publishes for the other side to files: requests, or what the stack that signs has for each.",
    )
    .argument("[names...]", "the parties, by name (default: all that the stack publishes)")
    .option("--to <dir>", "where a directory for each of them is created", "enrollments")
    .option("--json", "print an object for programs")
    .addHelpText(
      "after",
      "\nExit status: 0 written or unchanged, 1 it holds a private key, 2 it could not be read.",
    )
    .action(async (names: readonly string[], { to, json, ...options }: Options) => {
      const { origin, content } = await readStackDocument(sourceOf(options));
      try {
        const saved = saveAll(exportsOf(content, origin, names, to, systems), process.cwd());
        if (json) sayJson(exportJson(saved, origin));
        else say(exportText(saved));
      } catch (error) {
        if (!(error instanceof PrivateKeyFound)) throw error;
        complain(`${error.message}\n`);
        process.exitCode = 1;
      }
    });

/** Content that a stack publishes for the other side, as files. */
interface Exported {
  readonly kind: "request" | "admission";
  readonly system: FileExchange;
  /** The party, for people. */
  readonly title: string;
  readonly files: readonly FileToWrite[];
  readonly facts: RequestFacts | AdmissionFacts;
}

/**
 * Creates files from what a stack publishes.
 *
 * @param outputs the stack's outputs.
 * @param origin origin of the outputs, for messages.
 * @param wanted names of parties to export; all if it is empty.
 * @param directory directory for the files, with a directory for each party.
 * @throws PrivateKeyFound if the outputs contain a private key.
 * @throws CannotCheck if the stack publishes nothing, or not what is wanted, or something unreadable.
 */
export function exportsOf(
  outputs: unknown,
  origin: string,
  wanted: readonly string[],
  directory: string,
  systems: readonly FileExchange[],
): Exported[] {
  const published = publishedIn((outputs ?? {}) as Outputs, origin, systems);
  const names = [...new Set(published.map(({ name }) => name))].sort();
  for (const each of wanted) {
    if (names.includes(each)) continue;
    throw new CannotCheck(
      `${origin} publishes nothing for ${quote(each)}, only for ${names.map(quote).join(", ")}`,
    );
  }
  const exported = published
    .filter(({ name }) => wanted.length === 0 || wanted.includes(name))
    .sort((one, other) => one.name.localeCompare(other.name, "en"))
    .map(({ read }) => readable(() => read(directory)));
  refuseTwice(exported, origin);
  return exported;
}

/** Refuses two parties of one name, such as services of two projects: one would replace the files of the other. */
function refuseTwice(exported: readonly Exported[], origin: string): void {
  const paths = exported.flatMap(({ files }) => files.map(({ path }) => path));
  const twice = paths.find((path, position) => paths.indexOf(path) < position);
  if (twice === undefined) return;
  throw new CannotCheck(`${origin} publishes two parties with the file ${twice}`);
}

/** An export, with its saved files. */
type Saved = Omit<Exported, "files"> & { readonly files: readonly SavedFile[] };

/** Saves all files. @throws PrivateKeyFound before anything is written. */
export function saveAll(exported: readonly Exported[], project: string): Saved[] {
  const saved = save(
    exported.flatMap(({ files }) => files),
    project,
  );
  const states = new Map(saved.map((file) => [file.path, file]));
  return exported.map(({ files, ...rest }) => ({
    ...rest,
    files: files.flatMap(({ path }) => states.get(path) ?? []),
  }));
}

export function exportText(saved: readonly Saved[]): string {
  const groups = saved.map(({ kind, title, facts, files, system }) =>
    [
      `${kind} of ${title}`,
      ...aligned("certificate" in facts ? admissionRows(facts, system) : requestRows(facts)),
      ...files.map(({ path, state }) => `  √ ${path}: ${state}`),
      "",
    ].join("\n"),
  );
  return groups.join("\n");
}

export function exportJson(saved: readonly Saved[], origin: string): string {
  const exported = saved.map(({ system, title, kind, facts, files }) => ({
    [system.form.nameField]: title,
    kind,
    facts,
    files,
  }));
  return `${JSON.stringify({ origin, exported }, null, 2)}\n`;
}

type Outputs = Readonly<Record<string, unknown>>;

interface Published {
  readonly name: string;
  readonly read: (directory: string) => Exported;
}

function publishedIn(
  outputs: Outputs,
  origin: string,
  systems: readonly FileExchange[],
): Published[] {
  const exchanged = systems.map((system) => {
    const { requestsOutput, admissionsOutput } = system.form;
    return { system, asked: outputs[requestsOutput], given: outputs[admissionsOutput] };
  });
  const texts = JSON.stringify(exchanged.flatMap(({ asked, given }) => [asked, given]));
  refusePrivateKey(texts, `what ${origin} publishes`);
  const published = exchanged.flatMap(({ system, asked, given }) => {
    const { form } = system;
    const all = [
      { content: asked, schema: form.requests, read: exportRequest },
      { content: given, schema: form.admissions, read: exportAdmission },
    ];
    return all.flatMap(({ content, schema, read }) =>
      entriesIn(schema, content, system, origin).map((entry): Published => {
        const party = system.published(entry);
        return {
          name: typeof party === "string" ? entry : party.name,
          read: (directory) => {
            if (typeof party === "string") throw new CannotCheck(`${origin}: ${party}`);
            return read({ ...party, entry, system, content, origin, directory });
          },
        };
      }),
    );
  });
  if (published.length > 0) return published;
  const [first] = systems;
  const { words } = systems.find((system) => system.isIn(outputs)) ?? first ?? {};
  throw new CannotCheck(
    `${origin} publishes no request and no certificate for another stack: ${words?.publishes ?? ""}; run \`pulumi up\` first`,
  );
}

function entriesIn(
  schema: FileExchange["form"]["requests"],
  content: unknown,
  { form: { parties } }: FileExchange,
  origin: string,
): string[] {
  if (content === undefined) return [];
  const document = readDocument(schema, content, origin);
  if (document.kind === "missing") throw new CannotCheck(document.reason);
  return Object.keys((document.value as Readonly<Record<string, object>>)[parties] ?? {});
}

/** A party in an output of a stack. */
interface Entry extends PublishedParty {
  /** Its name in the output. */
  readonly entry: string;
  readonly system: FileExchange;
  readonly content: unknown;
  readonly origin: string;
  /** Directory for the files of all parties. */
  readonly directory: string;
}

function exportRequest({ system, content, origin, directory, ...own }: Entry): Exported {
  const { party, title, folder, entry } = own;
  const received = requestOf(content, party, origin, system.form, entry);
  if (received.kind === "missing") throw new CannotCheck(received.reason);
  const what = `the request of ${party} from ${origin}`;
  const request = readCertificateRequest(received.value.request, what);
  return {
    kind: "request",
    system,
    title,
    files: [{ path: `${directory}/${folder}/${FILES.request}`, text: request.pem }],
    facts: factsOfRequest(request),
  };
}

function exportAdmission({ system, content, origin, directory, ...own }: Entry): Exported {
  const { party, title, folder, entry } = own;
  const received = admissionOf(content, party, origin, system.form, entry);
  if (received.kind === "missing") throw new CannotCheck(received.reason);
  const files = Object.entries(filesOfAdmission(received.value, system.form));
  return {
    kind: "admission",
    system,
    title,
    files: files.map(([file, text]) => ({ path: `${directory}/${folder}/${file}`, text })),
    facts: factsOfAdmission(received.value, system),
  };
}

function readable<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof PemError || error instanceof DerError)
      throw new CannotCheck(error.message);
    throw error;
  }
}
