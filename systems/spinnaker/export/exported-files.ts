import { quote } from "../../../x509";
import type { ExportedFile } from "../../../export/save";
import { CannotCheck } from "../../../command/failure";
import type { SpinnakerOutputs } from "../outputs";

/** Each part of a path begins with no dot, so that none leads out of the directory, and none is hidden in it. */
const PATH = /^[A-Za-z\d][\w.-]*(?:\/[A-Za-z\d][\w.-]*)*$/;

/**
 * The files of a target, which are public, as the stack has them.
 *
 * @param origin of the outputs, for messages.
 * @throws CannotCheck if a path would lead elsewhere.
 */
export function publicFiles({ files }: SpinnakerOutputs, origin: string): ExportedFile[] {
  const entries = Object.entries(files).sort(([one], [other]) => (one < other ? -1 : 1));
  if (entries.length === 0) {
    throw new CannotCheck(`${origin} has no files of Spinnaker: run \`pulumi up\` first`);
  }
  return entries.map(([path, content]) => {
    if (!PATH.test(path)) {
      throw new CannotCheck(
        `${origin} has a file ${quote(path)}, which is no path below a directory: nothing was written`,
      );
    }
    return { path, content, isSecret: false };
  });
}
