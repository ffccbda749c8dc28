import { CannotCheck } from "../../../command/failure";
import { identify } from "./identify";
import type { Outcome } from "./import-screen";
import type { Input } from "./inputs";
import { judgeAdmission, type Circumstances } from "./judge-admission";
import { judgeRequest } from "./judge-request";
import { save } from "./save";
import type { Verdict } from "./verdict";

/**
 * Decides on received files, and writes them to the places that the stack's configuration names, unless anything is
 * refused.
 *
 * @throws CannotCheck if they cannot be read or written.
 */
export function takeIn(
  inputs: readonly Input[],
  circumstances: Circumstances,
  dryRun: boolean,
): Outcome {
  const { config, project } = circumstances;
  const { found, leftOut } = identify(inputs);
  if (found.length === 0) throw new CannotCheck("none of these files can be imported");
  const verdicts = found.map((each): Verdict =>
    each.kind === "request"
      ? judgeRequest(each, config, project)
      : judgeAdmission(each, circumstances),
  );
  const files = verdicts.flatMap((each) => (each.decision === "accepted" ? each.files : []));
  const saved = isRefused(verdicts) ? [] : save(files, project, dryRun);
  return { verdicts, leftOut, saved, dryRun };
}

/** Whether something is refused, so that nothing is imported. */
export function isRefused(verdicts: readonly Verdict[]): boolean {
  return verdicts.some(({ decision }) => decision === "refused");
}
