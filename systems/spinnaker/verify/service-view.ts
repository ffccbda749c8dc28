import type { Service } from "../../../components/spinnaker/installation";
import type { Checklist } from "../../../verify/check";
import type { PodFile } from "../../../verify/cluster/pod-files";
import type { Properties } from "./properties";

/** What a service's process finds when it starts, whatever the target. Passwords are among it. */
export interface ServiceView {
  /** Where its settings stand, for messages. */
  readonly origin: string;
  readonly properties: Properties;
  /** By path in its container. */
  readonly files: ReadonlyMap<string, PodFile>;
  /** Of its container, as far as it is not secret. */
  readonly environment: ReadonlyMap<string, string>;
  /** Objects and keys that are referred to and do not exist. */
  readonly missing: readonly string[];
  /** Why it cannot read its settings. */
  readonly faults: readonly string[];
  /** What is otherwise than the stack has it. */
  readonly drift: readonly string[];
  /** Why not all its pods run with this; undefined where that cannot be known. */
  readonly unfinished: readonly string[] | undefined;
  /** Probes that speak HTTP and have no certificate to show. */
  readonly plainProbes: readonly string[];
  /** Settings with which the Operator panics. */
  readonly panics: readonly string[];
  /** The URL that the target tells all who call the service; undefined if callers have it in their own settings. */
  readonly baseUrl: string | undefined;
}

/** What cannot be known of a service that others deploy. */
export const NOT_DEPLOYED = { drift: [], unfinished: undefined, panics: [] } as const;

/** Reads what a service finds; undefined if there is nothing to read, of which the list says why. */
export type ReadView = (service: Service, list: Checklist) => Promise<ServiceView | undefined>;

/** Settings that are otherwise in `found` than in `wanted`. Values are not told: nobody needs them here. */
export function differences(
  wanted: readonly (readonly [string, string])[],
  found: readonly (readonly [string, string])[],
  where: string,
): string[] {
  const values = new Map(found);
  const changed = wanted.filter(([name, value]) => values.get(name) !== value);
  if (changed.length === 0) return [];
  const names = changed.map(([name]) => (values.has(name) ? name : `${name} (not set)`));
  return [`${where} has another ${names.join(", ")} than the stack.`];
}
