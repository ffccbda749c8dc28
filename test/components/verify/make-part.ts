import assert from "node:assert/strict";
import { exportedParts, type PartView } from "../../../systems/choreo-connect/verify/read-parts";
import type { Part } from "../../../components/choreo-connect/party";
import { COMPOSE, makeStack } from "./make-choreo-connect";

export const deployed = makeStack(COMPOSE);
export const { gateway } = deployed.stack;

/** What a part finds, with other files in the place of some; undefined takes one away. */
export function viewOf(
  part: Part,
  files: Readonly<Record<string, string | undefined>> = {},
): PartView {
  const view = exportedParts(deployed.stack, "choreo-connect", deployed.kept).find(
    (each) => each.part === part,
  );
  assert.ok(view);
  const changed = new Map(view.files);
  for (const [path, content] of Object.entries(files)) {
    if (content === undefined) changed.delete(path);
    else changed.set(path, { content: Buffer.from(content), origin: "Secret ns/hand-made" });
  }
  return { ...view, files: changed };
}
