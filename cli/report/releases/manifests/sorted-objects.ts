import type { ObjectChange } from "../../model";

/** Objects sorted by kind and name. */
export function sortedObjects(changes: readonly ObjectChange[]): ObjectChange[] {
  const keyOf = ({ kind, name }: ObjectChange) => `${kind}\n${name}`;
  return [...changes].sort((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
}
