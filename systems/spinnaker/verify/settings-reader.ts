import type { PodFile } from "../../../verify/cluster/pod-files";
import { canonical, resolved } from "./properties";
import type { ServiceView } from "./service-view";

/** Reads what a service needs, and gathers what it lacks. */
export class SettingsReader {
  /** Why the service would not start, or not as it should; nothing secret is in it. */
  readonly faults: string[];

  constructor(private readonly view: ServiceView) {
    this.faults = [...view.faults];
  }

  /** A setting as the service binds it; undefined, and no fault, if it is not set. */
  optional(name: string): string | undefined {
    const { properties, origin } = this.view;
    const value = properties.get(canonical(name));
    if (value === undefined) return undefined;
    const text = resolved(properties, value);
    if (!text.includes("${")) return text;
    this.faults.push(`${name} of ${origin} refers to a property that is nowhere.`);
    return undefined;
  }

  /** A setting that must be there. */
  required(name: string): string | undefined {
    const { properties, origin } = this.view;
    if (!properties.has(canonical(name))) this.faults.push(`${name} of ${origin} is not set.`);
    return this.optional(name);
  }

  /** A file that a setting must name. */
  file(name: string): PodFile | undefined {
    const value = this.required(name);
    // A reference that leads nowhere is said where references are.
    if (value === undefined || /^encrypted(File)?:/.test(value)) return undefined;
    const path = value.replace(/^file:(?:\/\/)?/, "");
    const file = this.view.files.get(path);
    if (!file) {
      // What is no path may be the content of a Secret.
      const named = /^\/[\w./-]+$/.test(path) ? path : "no path";
      this.faults.push(
        `${name} of ${this.view.origin} names ${named}: no Secret has a file there.`,
      );
    }
    return file;
  }
}
