import type { Service } from "../../../components/spinnaker/installation";
import type { Checklist } from "../../../verify/check";
import type { PodFile } from "../../../verify/cluster/pod-files";
import type { Properties } from "./properties";

/** Settings and files that a service's process finds when it starts, whatever the target. They include passwords. */
export interface ServiceView {
  /** Place of its settings, for messages. */
  readonly origin: string;
  readonly properties: Properties;
  /** Files by path in its container. */
  readonly files: ReadonlyMap<string, PodFile>;
  /** Environment of its container, without secret variables. */
  readonly environment: ReadonlyMap<string, string>;
  /** Objects and keys that do not exist, although something refers to them. */
  readonly missing: readonly string[];
  /** Reasons why it cannot read its settings. */
  readonly faults: readonly string[];
  /** Differences from the stack. */
  readonly drift: readonly string[];
  /** Reasons why not all its pods run with this; undefined if that cannot be known. */
  readonly unfinished: readonly string[] | undefined;
  /** Probes that use HTTP and have no certificate to show. */
  readonly plainProbes: readonly string[];
  /** Settings that make the Operator panic. */
  readonly panics: readonly string[];
  /** URL that the target gives to all callers of the service; undefined if callers have it in their own settings. */
  readonly baseUrl: string | undefined;
}

/** Fields that cannot be known for a service that others deploy. */
export const NOT_DEPLOYED = { drift: [], unfinished: undefined, panics: [] } as const;

/** Reader of what a service finds; undefined if there is nothing to read, with the reason added to the list. */
export type ReadView = (service: Service, list: Checklist) => Promise<ServiceView | undefined>;

/** Reports settings that differ between `wanted` and `found`. It does not show values, as nobody needs them here. */
export function differences(
  wanted: readonly (readonly [string, string])[],
  found: readonly (readonly [string, string])[],
  where: string,
): string[] {
  const values = new Map(found);
  const changed = wanted.filter(([name, value]) => values.get(name) !== value);
  if (changed.length === 0) return [];
  const names = changed.map(([name]) => (values.has(name) ? name : `${name} (not set)`));
  return [`${where} differs from the stack in ${names.join(", ")}.`];
}
