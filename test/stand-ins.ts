/** A published chart, as the stack files of the examples name it. */
const PUBLISHED = /^( +)repository: \S+\n\1name: (\S+)\n\1version: \S+$/gm;

/**
 * Returns a stack file with the stand-ins in `charts/` in place of the published charts that it names.
 *
 * @param charts path of `charts/`, from the project's folder.
 */
export function withStandIns(text: string, charts: string): string {
  return text.replace(PUBLISHED, `$1path: ${charts}/$2`);
}
