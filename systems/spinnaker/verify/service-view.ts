import type { Service } from "../../../components/spinnaker/installation";
import { REPAIR, type Checklist } from "../../../verify/check";
import type { PodFile } from "../../../verify/cluster/pods";
import type { KeyPair } from "../../../verify/leaf-checks";
import type { Certificate } from "../../../x509";
import { canonical, resolved, type Properties } from "./properties";

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

/** Reader of the settings that a service needs, which collects what is missing. */
export class SettingsReader {
  /** Reasons why the service would not start, or not as it should; they contain no secrets. */
  readonly faults: string[];

  constructor(private readonly view: ServiceView) {
    this.faults = [...view.faults];
  }

  /** Reads a setting as the service binds it; undefined if it is not set, which is no fault. */
  optional(name: string): string | undefined {
    const { properties, origin } = this.view;
    const value = properties.get(canonical(name));
    if (value === undefined) return undefined;
    const text = resolved(properties, value);
    if (!text.includes("${")) return text;
    this.faults.push(`${name} of ${origin} refers to a property that does not exist.`);
    return undefined;
  }

  /** Reads a setting that must exist. */
  required(name: string): string | undefined {
    const { properties, origin } = this.view;
    if (!properties.has(canonical(name))) this.faults.push(`${name} of ${origin} is not set.`);
    return this.optional(name);
  }

  /** Reads a file that a setting must name. */
  file(name: string): PodFile | undefined {
    const value = this.required(name);
    // An unresolved reference is reported elsewhere, together with all references.
    if (value === undefined || /^encrypted(File)?:/.test(value)) return undefined;
    const path = value.replace(/^file:(?:\/\/)?/, "");
    const file = this.view.files.get(path);
    if (!file) {
      // If it is not a path, it may be the content of a Secret.
      const named = /^\/[\w./-]+$/.test(path) ? path : "no path";
      this.faults.push(
        `${name} of ${this.view.origin} names ${named}: no Secret has a file there.`,
      );
    }
    return file;
  }
}

/** A service as a TLS server. */
export interface ServerSide {
  readonly pair: KeyPair;
  /** CAs whose clients it admits, once it requests client certificates. */
  readonly clientCas: readonly string[];
}

/** A service as a client of others. */
interface ClientSide {
  /** Key pair that it shows if a server asks; undefined if it shows none. */
  readonly pair: KeyPair | undefined;
  /** CAs that it trusts for servers. */
  readonly serverCas: readonly string[];
}

/** Both sides of a service, as its files allow; undefined if a side cannot work. */
export interface Sides {
  readonly server: ServerSide | undefined;
  readonly client: ClientSide | undefined;
}

/** A deployed service, with its settings and files. */
export interface Party extends Sides {
  /** The service, in the phase in which it is deployed. */
  readonly service: Service;
  readonly view: ServiceView;
  readonly leaf: Certificate | undefined;
  readonly list: Checklist;
}

/** Advice about a Spinnaker that differs from what the stack deployed. */
export const TODO = {
  settings:
    "The stack sets it: run `pulumi up --refresh` to set it again. If others deploy Spinnaker, give them what `countersign spinnaker export` writes now.",
  trust: `Services that it does not trust cannot communicate with it. ${REPAIR.objects}`,
};
