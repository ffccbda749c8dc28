import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { z } from "zod";
import { writePublicFile } from "../enrollment/files";
import { LIMITS, readFileText } from "../host";
import { CannotCheck } from "../command/failure";

const record = z.object({
  format: z.literal(1),
  /** SHA-256 of what was written, by path. Files are deleted by these paths, so none may lead outside the directory. */
  files: z.record(
    z.string().refine((path) => !isAbsolute(path) && !path.split(/[/\\]/).includes("..")),
    z.string(),
  ),
});

/** Files that earlier exports wrote, by path: SHA-256 in hex. */
export type ExportRecord = ReadonlyMap<string, string>;

/**
 * @param name name of the record, below the directory.
 * @throws CannotCheck if it is damaged: without it, nobody knows who wrote the files.
 */
export function readRecord(directory: string, name: string): ExportRecord {
  const path = join(directory, name);
  if (!existsSync(path)) return new Map();
  try {
    const { files } = record.parse(JSON.parse(readFileText(path, { limit: LIMITS.config })));
    return new Map(Object.entries(files));
  } catch {
    throw new CannotCheck(
      `${path} is not a record of an export: restore it, or delete it and export with --force`,
    );
  }
}

export function writeRecord(directory: string, name: string, files: ExportRecord): void {
  const sorted = [...files].sort(([one], [other]) => (one < other ? -1 : 1));
  const content = { format: 1, files: Object.fromEntries(sorted) };
  writePublicFile(join(directory, name), `${JSON.stringify(content, null, 2)}\n`);
}

export function digestOf(text: string | Buffer): string {
  return createHash("sha256").update(text).digest("hex");
}
