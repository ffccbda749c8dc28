import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parse, stringify } from "yaml";
import { holdsPrivateKey, readCertificates } from "../x509";
import {
  FORMAT,
  consortium,
  missing,
  readDocument,
  type Admission,
  type Received,
} from "./documents";

/** The files of one organization, in a directory of its own. */
export const FILES = {
  /** Its certificate signing request; from the organization. */
  request: "request.pem",
  /** Its certificate; from the consortium, like the next two. */
  certificate: "certificate.pem",
  /** The CA certificates to trust, the signing one first. */
  trust: "trust.pem",
  /** What is no PEM: the CA's generations, the channels, where the orchestrator is. */
  consortium: "consortium.yaml",
} as const;

/** A file that may never be among those that travel. The message names the file and quotes nothing of it. */
export class PrivateKeyFound extends Error {
  override readonly name = "PrivateKeyFound";
  constructor(path: string) {
    super(
      `${path} holds a private key, which must never leave its owner's stack: delete it, also from the repository's history, and make a new key`,
    );
  }
}

/**
 * Reads a file of those that travel.
 *
 * @throws PrivateKeyFound
 */
export function readPublicFile(path: string): string {
  const text = readFileSync(path, "utf8");
  refusePrivateKey(text, path);
  return text;
}

/** @throws PrivateKeyFound */
export function refusePrivateKey(text: string, path: string): void {
  if (holdsPrivateKey(text)) throw new PrivateKeyFound(path);
}

/** The request in a file. */
export function requestInFile(path: string): Received<string> {
  return existsSync(path)
    ? { kind: "here", value: readPublicFile(path) }
    : missing(`there is no file ${path} yet`);
}

/**
 * The admission in an organization's directory.
 *
 * @throws PrivateKeyFound
 * @throws Error if the files contradict each other.
 */
export function admissionInDirectory(directory: string, mspId: string): Received<Admission> {
  const paths = {
    certificate: join(directory, FILES.certificate),
    trust: join(directory, FILES.trust),
    consortium: join(directory, FILES.consortium),
  };
  const absent = Object.values(paths).filter((path) => !existsSync(path));
  if (absent.length > 0) return missing(`there is no file ${absent.join(" and no file ")} yet`);

  const certificate = readPublicFile(paths.certificate);
  const trust = readPublicFile(paths.trust);
  const document = readDocument(
    consortium,
    parseYaml(readPublicFile(paths.consortium), paths.consortium),
    paths.consortium,
  );
  if (document.kind === "missing") return document;
  const { mspId: named, channels, authorities, orchestrator } = document.value;
  if (named !== mspId) {
    throw new Error(
      `${paths.consortium} is for ${JSON.stringify(named.slice(0, 40))}, not for ${mspId}`,
    );
  }
  const certificates = new Map(
    readCertificates(trust, paths.trust).map((each) => [each.fingerprint, each.pem]),
  );
  const generations = Object.entries(authorities).map(([name, { state, fingerprint }]) => {
    const pem = certificates.get(fingerprint);
    if (pem === undefined) {
      throw new Error(
        `${paths.trust} has no certificate of generation ${name} (${fingerprint}), which ${paths.consortium} names: take all files from one export`,
      );
    }
    return [name, { state, certificate: pem }] as const;
  });
  return {
    kind: "here",
    value: {
      mspId,
      certificate,
      channels,
      authorities: Object.fromEntries(generations),
      orchestrator,
    },
  };
}

/** The files that make an admission, by name. They are the same bytes for the same admission. */
export function filesOfAdmission(admission: Admission): Readonly<Record<string, string>> {
  const { mspId, certificate, authorities, channels, orchestrator } = admission;
  // As everywhere: the signing generation first, for readers that take one block.
  const generations = Object.entries(authorities)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .sort(([, one], [, other]) => rank(one.state) - rank(other.state));
  const read = generations.map(([name, { state, certificate: pem }]) => {
    const [ca] = readCertificates(pem, `generation ${name}`);
    if (ca === undefined) throw new Error(`generation ${name} has no certificate`);
    return { name, state, ca };
  });
  const document = {
    format: FORMAT,
    mspId,
    channels: [...channels],
    authorities: Object.fromEntries(
      read.map(({ name, state, ca }) => [name, { state, fingerprint: ca.fingerprint }]),
    ),
    orchestrator,
  };
  return {
    [FILES.certificate]: certificate,
    [FILES.trust]: read.map(({ ca }) => ca.pem).join(""),
    [FILES.consortium]: stringify(document),
  };
}

const rank = (state: "signing" | "trusted") => (state === "signing" ? 0 : 1);

/** Writes a file whole or not at all. */
export function writePublicFile(path: string, text: string): void {
  refusePrivateKey(text, path);
  mkdirSync(dirname(path), { recursive: true });
  const unfinished = `${path}.${process.pid}`;
  writeFileSync(unfinished, text);
  renameSync(unfinished, path);
}

function parseYaml(text: string, path: string): unknown {
  try {
    return parse(text);
  } catch {
    throw new Error(`${path} is not YAML`);
  }
}
