import { stringify } from "yaml";
import type { Node } from "./objects";

/** Returns the same text for the same content, whatever the order of its keys and however it was written. */
export function canonicalYaml(node: Node): string {
  return stringify(node, {
    version: "1.1",
    sortMapEntries: true,
    lineWidth: 0,
    blockQuote: "literal",
    aliasDuplicateObjects: false,
  });
}
