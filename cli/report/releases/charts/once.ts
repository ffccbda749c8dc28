/** Returns a function that does work with the same key only once, even if it is requested again before it is done. */
export function once<T>(): (key: string, work: () => Promise<T>) => Promise<T> {
  const begun = new Map<string, Promise<T>>();
  return (key, work) => {
    const known = begun.get(key);
    if (known) return known;
    const promise = work();
    begun.set(key, promise);
    return promise;
  };
}
