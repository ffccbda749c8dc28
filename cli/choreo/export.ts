import {
  chmodSync,
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  writeSync,
} from "node:fs";
import { dirname, join, normalize, sep } from "node:path";
import { sha256Of } from "../../components/choreo/plan";
import { CannotCheck } from "../failure";
import type { ChoreoOutputs, Row } from "./outputs";

/** A file that is to be there. Its text may be a key. */
export interface ExportedFile {
  /** Below the folder of the export. */
  readonly path: string;
  readonly text: string;
}

/** Hashes of what an export has written, by path, so that the next one overwrites that and nothing else. */
const MANIFEST = ".countersign-choreo.json";

/**
 * The files of all components as they are mounted, and for each the variables in `env`, one `NAME=value` a line, a value with
 * line breaks as a JSON text.
 *
 * @param keys PEM by component.
 * @throws CannotCheck if something is missing, or is not what the plan says.
 */
export function filesOf(outputs: ChoreoOutputs, keys: Readonly<Record<string, string>>) {
  return Object.entries(outputs.choreo.components).flatMap(([component, { plan }]) => {
    const content = (row: Row) => contentOf(row, component, outputs, keys);
    const mounted = plan.flatMap((row) =>
      row.mountPath === undefined
        ? []
        : [{ path: inside(join(component, row.mountPath)), text: content(row) }],
    );
    const lines = plan.flatMap((row) =>
      row.variable === undefined ? [] : [`${row.variable}=${quoted(content(row))}\n`],
    );
    const env = { path: inside(join(component, "env")), text: lines.join("") };
    if (mounted.some(({ path }) => path === env.path || path.startsWith(`${env.path}/`))) {
      throw new CannotCheck(
        `${component} mounts a file at /env, where an export has its variables`,
      );
    }
    return [...mounted, env];
  });
}

function contentOf(
  { holds, value, sha256 }: Row,
  component: string,
  { certificates, caBundle }: ChoreoOutputs,
  keys: Readonly<Record<string, string>>,
): string {
  const contents = {
    certificate: certificates.choreo[component]?.certificate,
    key: keys[component],
    ca: caBundle,
    path: value,
    url: value,
  };
  const content = contents[holds];
  if (content === undefined || sha256Of(content) !== sha256) {
    throw new CannotCheck(
      `the ${holds} of ${component} is not what the stack's plan says; run \`pulumi up\`, and export again`,
    );
  }
  return content;
}

/** Names come from outputs, which somebody may have edited. */
function inside(path: string): string {
  const plain = normalize(path);
  if (plain.startsWith("..") || plain.startsWith(sep)) {
    throw new CannotCheck(`${JSON.stringify(path)} is outside of the folder of the export`);
  }
  return plain;
}

function quoted(value: string): string {
  return value.includes("\n") ? JSON.stringify(value) : value;
}

/**
 * Writes files that only their owner reads (0600, in folders of 0700).
 *
 * @throws CannotCheck before anything is written, if there is a file that no export wrote.
 */
export function writeExport(folder: string, files: readonly ExportedFile[]): void {
  const manifest = join(folder, MANIFEST);
  const written = existsSync(manifest)
    ? (JSON.parse(readFileSync(manifest, "utf8")) as Record<string, string>)
    : {};
  for (const { path } of files) {
    const place = join(folder, path);
    if (existsSync(place) && written[path] !== sha256Of(readFileSync(place, "utf8"))) {
      throw new CannotCheck(
        `${place} is there and was not written by an export, or was changed since: move it away`,
      );
    }
  }
  for (const { path, text } of files) writePrivate(folder, path, text);
  const hashes = Object.fromEntries(files.map(({ path, text }) => [path, sha256Of(text)]));
  writePrivate(folder, MANIFEST, `${JSON.stringify(hashes, null, 2)}\n`);
}

/** Never through a link: a key would land elsewhere. */
function writePrivate(folder: string, path: string, text: string): void {
  const place = join(folder, path);
  mkdirSync(dirname(place), { recursive: true, mode: 0o700 });
  const { O_WRONLY, O_CREAT, O_TRUNC, O_NOFOLLOW } = constants;
  const file = openSync(place, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, 0o600);
  try {
    chmodSync(place, 0o600);
    writeSync(file, text);
  } finally {
    closeSync(file);
  }
}
