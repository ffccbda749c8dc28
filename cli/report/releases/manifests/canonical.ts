import { stringify } from "yaml";
import type { Node } from "./objects";

/** The same text for the same content, whatever the order of its keys and the way in which it was written. */
export function canonicalYaml(node: Node): string {
  return stringify(node, {
    version: "1.1",
    sortMapEntries: true,
    lineWidth: 0,
    blockQuote: "literal",
    aliasDuplicateObjects: false,
  });
}
