import type { PodFile } from "../../../verify/cluster/pod-files";
import { canonical, resolved } from "./properties";
import type { ServiceView } from "./service-view";

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
