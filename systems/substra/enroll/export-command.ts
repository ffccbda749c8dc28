import { Command } from "commander";
import { CannotCheck } from "../../../command/failure";
import { sourceOf, withSource, type SourceOptions } from "../../../command/options";
import { complain, say, sayJson } from "../../../command/say";
import { readStackDocument } from "../../../command/stack-outputs";
import { mspIdProblem } from "../../../components/substra/msp-id";
import { admissionOf, readDocument, requestOf } from "../../../enrollment/documents";
import {
  FILES,
  PrivateKeyFound,
  filesOfAdmission,
  refusePrivateKey,
} from "../../../enrollment/files";
import { DerError, PemError, quote, readCertificateRequest } from "../../../x509";
import { ADMISSION_FORM } from "../admission";
import { save, type FileToWrite, type SavedFile } from "./files";
import { factsOfAdmission, factsOfRequest, type AdmissionFacts, type RequestFacts } from "./review";
import { admissionRows, aligned, requestRows } from "./screen";

interface Options extends SourceOptions {
  readonly to: string;
  readonly json?: true;
}

export const exportCommand = withSource(new Command("export"))
  .description(
    "Writes what a stack publishes for the other side to files: an organization's request, or the consortium's certificate, CAs and endpoint for it.",
  )
  .argument("[mspIds...]", "MSP IDs (default: all that the stack publishes)")
  .option("--to <dir>", "where a directory for each organization is created", "enrollments")
  .option("--json", "print an object for programs")
  .addHelpText(
    "after",
    "\nExit status: 0 written or unchanged, 1 it holds a private key, 2 it could not be read.",
  )
  .action(async (mspIds: readonly string[], { to, json, ...options }: Options) => {
    const { origin, content } = await readStackDocument(sourceOf(options));
    try {
      const saved = saveAll(exportsOf(content, origin, mspIds, to), process.cwd());
      if (json) sayJson(exportJson(saved, origin));
      else say(exportText(saved));
    } catch (error) {
      if (!(error instanceof PrivateKeyFound)) throw error;
      complain(`${error.message}\n`);
      process.exitCode = 1;
    }
  });

/** Content that a stack publishes for the other side, as files. */
type Exported = { readonly mspId: string; readonly files: readonly FileToWrite[] } & (
  | { readonly kind: "request"; readonly facts: RequestFacts }
  | { readonly kind: "admission"; readonly facts: AdmissionFacts }
);

/**
 * Creates files from what a stack publishes.
 *
 * @param outputs the stack's outputs.
 * @param origin origin of the outputs, for messages.
 * @param wanted MSP IDs to export; all if it is empty.
 * @param directory directory for the files, with a directory for each organization.
 * @throws PrivateKeyFound if the outputs contain a private key.
 * @throws CannotCheck if the stack publishes nothing, or not what is wanted, or something unreadable.
 */
export function exportsOf(
  outputs: unknown,
  origin: string,
  wanted: readonly string[],
  directory: string,
): Exported[] {
  const published = publishedIn(outputs, origin);
  const mspIds = [...new Set(published.map(({ mspId }) => mspId))].sort();
  for (const mspId of wanted) {
    if (mspIds.includes(mspId)) continue;
    throw new CannotCheck(
      `${origin} publishes nothing for ${quote(mspId)}, only for ${mspIds.map(quote).join(", ")}`,
    );
  }
  return published
    .filter(({ mspId }) => wanted.length === 0 || wanted.includes(mspId))
    .sort((one, other) => one.mspId.localeCompare(other.mspId, "en"))
    .map(({ mspId, read }) => {
      const problem = mspIdProblem(mspId);
      if (problem !== undefined) throw new CannotCheck(`${origin}: ${problem}`);
      return readable(() => read(`${directory}/${mspId}`));
    });
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
  const groups = saved.map((each) =>
    [
      `${each.kind} of ${each.mspId}`,
      ...aligned("certificate" in each.facts ? admissionRows(each.facts) : requestRows(each.facts)),
      ...each.files.map(({ path, state }) => `  √ ${path}: ${state}`),
      "",
    ].join("\n"),
  );
  return groups.join("\n");
}

export function exportJson(saved: readonly Saved[], origin: string): string {
  const exported = saved.map(({ mspId, kind, facts, files }) => ({ mspId, kind, facts, files }));
  return `${JSON.stringify({ origin, exported }, null, 2)}\n`;
}

interface Published {
  readonly mspId: string;
  readonly read: (directory: string) => Exported;
}

function publishedIn(outputs: unknown, origin: string): Published[] {
  const { requests: asked, admissions: given } = (outputs ?? {}) as Record<string, unknown>;
  refusePrivateKey(JSON.stringify([asked, given]), `what ${origin} publishes`);
  const published = [
    ...mspIdsIn(ADMISSION_FORM.requests, asked, origin).map((mspId) => ({
      mspId,
      read: (directory: string) => exportRequest(mspId, asked, origin, directory),
    })),
    ...mspIdsIn(ADMISSION_FORM.admissions, given, origin).map((mspId) => ({
      mspId,
      read: (directory: string) => exportAdmission(mspId, given, origin, directory),
    })),
  ];
  if (published.length > 0) return published;
  throw new CannotCheck(
    `${origin} publishes no request and no certificate for another stack: an organization's stack does once it has signedBy, and the consortium's once it has enrollments; run \`pulumi up\` first`,
  );
}

function mspIdsIn(
  schema: typeof ADMISSION_FORM.requests | typeof ADMISSION_FORM.admissions,
  content: unknown,
  origin: string,
): string[] {
  if (content === undefined) return [];
  const document = readDocument(schema, content, origin);
  if (document.kind === "missing") throw new CannotCheck(document.reason);
  return Object.keys(document.value.organizations);
}

function exportRequest(
  mspId: string,
  content: unknown,
  origin: string,
  directory: string,
): Exported {
  const received = requestOf(content, mspId, origin, ADMISSION_FORM);
  if (received.kind === "missing") throw new CannotCheck(received.reason);
  const what = `the request of ${mspId} from ${origin}`;
  const request = readCertificateRequest(received.value.request, what);
  return {
    mspId,
    kind: "request",
    files: [{ path: `${directory}/${FILES.request}`, text: request.pem }],
    facts: factsOfRequest(request),
  };
}

function exportAdmission(
  mspId: string,
  content: unknown,
  origin: string,
  directory: string,
): Exported {
  const received = admissionOf(content, mspId, origin, ADMISSION_FORM);
  if (received.kind === "missing") throw new CannotCheck(received.reason);
  return {
    mspId,
    kind: "admission",
    files: Object.entries(filesOfAdmission(received.value, ADMISSION_FORM)).map(([file, text]) => ({
      path: `${directory}/${file}`,
      text,
    })),
    facts: factsOfAdmission(received.value),
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
