/** Properties of a resource in the engine's requests and answers. */
export type Properties = Readonly<Record<string, unknown>>;

/** A resource type of a provider: creates the outputs that a provider computes from plain inputs. */
export type FakeType = (inputs: Properties, name: string) => Properties;
