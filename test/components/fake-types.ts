/** Properties of a resource, as they stand in the engine's requests and answers. */
export type Properties = Readonly<Record<string, unknown>>;

/** A resource type of a provider: makes the outputs that a provider computes from plain inputs. */
export type FakeType = (inputs: Properties, name: string) => Properties;
