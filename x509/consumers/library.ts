/**
 * TLS libraries that read what is issued or brought in. OpenSSL is also Node's and Python's, and so this program's own;
 * BoringSSL is Envoy's and that of gRPC for Python.
 */
export const LIBRARIES = ["BoringSSL", "Go", "Java", "OpenSSL"] as const;

/** One of {@link LIBRARIES}. */
export type Library = (typeof LIBRARIES)[number];

/** Programs that read a certificate, by the library that they do it with, e.g. `{ Go: "the orchestrator" }`. */
export type Consumers = Readonly<Partial<Record<Library, string>>>;

/** Those of the libraries that are among the consumers. */
export function readersAmong(consumers: Consumers, libraries: readonly Library[]): Library[] {
  return libraries.filter((library) => consumers[library] !== undefined);
}

/** Readers as people know them, e.g. `Go (the orchestrator) and Java (the enforcer)`. */
export function describeReaders(consumers: Consumers, libraries: readonly Library[]): string {
  const [last, ...others] = libraries
    .map((library) => `${library} (${consumers[library] ?? ""})`)
    .reverse();
  return others.length === 0 ? (last ?? "") : `${others.reverse().join(", ")} and ${last ?? ""}`;
}
