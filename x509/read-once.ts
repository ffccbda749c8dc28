import type { PemBlock } from "./pem";

/** Number of results that are remembered. */
const MOST = 1000;

/**
 * Returns a function that remembers what it read last: many callers ask about the same certificate or request, and reading
 * one takes milliseconds.
 *
 * @param read reads a block, and always gives the same for the same block. Its errors are not remembered.
 */
export function readOnce<T extends object>(
  read: (block: PemBlock, what: string) => T,
): (block: PemBlock, what: string) => T {
  const known = new Map<string, T>();
  return (block, what) => {
    const before = known.get(block.pem);
    if (before) return before;
    const result = read(block, what);
    if (known.size >= MOST) known.clear();
    known.set(block.pem, result);
    return result;
  };
}
