import { sha256Of } from "../../../components/choreo/plan";
import type { ComponentKeys } from "./keys";
import type { ChoreoOutputs, Row } from "../outputs";

/**
 * Returns the content that a row of the plan describes.
 *
 * @returns undefined if the stack has no content with the row's hash.
 */
export function plannedContent(
  { holds, value, sha256 }: Row,
  component: string,
  { certificates, caBundle, caBundleToRoot = caBundle }: ChoreoOutputs,
  keys: ComponentKeys,
): string | undefined {
  const contents = {
    certificate: certificates.choreo[component]?.certificate,
    key: keys[component],
    ca: caBundleToRoot,
    path: value,
    url: value,
  };
  const content = contents[holds];
  return content !== undefined && sha256Of(content) === sha256 ? content : undefined;
}
