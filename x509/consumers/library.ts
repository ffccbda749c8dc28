/**
 * TLS libraries that read certificates which are issued or imported here. Node, Python and this program use OpenSSL;
 * Envoy and gRPC for Python use BoringSSL.
 */
export const LIBRARIES = ["BoringSSL", "Go", "Java", "OpenSSL"] as const;

/** One of {@link LIBRARIES}. */
export type Library = (typeof LIBRARIES)[number];

/** Programs that read a certificate, by their TLS library, e.g. `{ Go: "the orchestrator" }`. */
export type Consumers = Readonly<Partial<Record<Library, string>>>;

/** Returns those of the libraries that consumers use. */
export function readersAmong(consumers: Consumers, libraries: readonly Library[]): Library[] {
  return libraries.filter((library) => consumers[library] !== undefined);
}

/** Describes readers for people, e.g. `Go (the orchestrator) and Java (the enforcer)`. */
export function describeReaders(consumers: Consumers, libraries: readonly Library[]): string {
  const [last, ...others] = libraries
    .map((library) => `${library} (${consumers[library] ?? ""})`)
    .reverse();
  return others.length === 0 ? (last ?? "") : `${others.reverse().join(", ")} and ${last ?? ""}`;
}
