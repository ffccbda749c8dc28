import {
  admissionOf,
  requestOf,
  requests,
  admissions,
  readDocument,
} from "../../../enrollment/documents";
import { FILES, filesOfAdmission, refusePrivateKey } from "../../../enrollment/files";
import { mspIdProblem } from "../../../components/substra/msp-id";
import { PemError, DerError, quote, readCertificateRequest } from "../../../x509";
import { CannotCheck } from "../../../command/failure";
import { factsOfAdmission, factsOfRequest, type AdmissionFacts, type RequestFacts } from "./facts";
import type { FileToWrite } from "./save";

/** Content that a stack publishes for the other side, as files. */
export type Exported = { readonly mspId: string; readonly files: readonly FileToWrite[] } & (
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

interface Published {
  readonly mspId: string;
  readonly read: (directory: string) => Exported;
}

function publishedIn(outputs: unknown, origin: string): Published[] {
  const { requests: asked, admissions: given } = (outputs ?? {}) as Record<string, unknown>;
  refusePrivateKey(JSON.stringify([asked, given]), `what ${origin} publishes`);
  const published = [
    ...mspIdsIn(requests, asked, origin).map((mspId) => ({
      mspId,
      read: (directory: string) => exportRequest(mspId, asked, origin, directory),
    })),
    ...mspIdsIn(admissions, given, origin).map((mspId) => ({
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
  schema: typeof requests | typeof admissions,
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
  const received = requestOf(content, mspId, origin);
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
  const received = admissionOf(content, mspId, origin);
  if (received.kind === "missing") throw new CannotCheck(received.reason);
  return {
    mspId,
    kind: "admission",
    files: Object.entries(filesOfAdmission(received.value)).map(([file, text]) => ({
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
