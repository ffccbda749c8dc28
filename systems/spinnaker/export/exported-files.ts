import { quote } from "../../../x509";
import type { ExportedFile } from "../../../export/save";
import { CannotCheck } from "../../../command/failure";
import type { SpinnakerOutputs } from "../outputs";

/** Relative paths. No part begins with a dot, so that no path leads out of the directory or is hidden in it. */
const PATH = /^[A-Za-z\d][\w.-]*(?:\/[A-Za-z\d][\w.-]*)*$/;

/**
 * Returns the public files of a target, as they are in the stack's outputs.
 *
 * @param origin origin of the outputs, for messages.
 * @throws CannotCheck if a path would lead out of the directory.
 */
export function publicFiles({ files }: SpinnakerOutputs, origin: string): ExportedFile[] {
  const entries = Object.entries(files).sort(([one], [other]) => (one < other ? -1 : 1));
  if (entries.length === 0) {
    throw new CannotCheck(`${origin} has no files of Spinnaker: run \`pulumi up\` first`);
  }
  return entries.map(([path, content]) => {
    if (!PATH.test(path)) {
      throw new CannotCheck(
        `${origin} has a file ${quote(path)}, which is not a path below a directory: nothing was written`,
      );
    }
    return { path, content, isSecret: false };
  });
}
