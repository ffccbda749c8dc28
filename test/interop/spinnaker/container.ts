import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { ServiceName } from "../../../components/spinnaker/service-table";

/** Files of a volume by their paths. */
export type Files = ReadonlyMap<string, Buffer>;

/** A service's container: its files, below a folder that stands for `/`, and its variables. */
export class Container {
  readonly root: string;
  readonly environment: Record<string, string> = { SPRING_PROFILES_ACTIVE: "local" };

  /** @param folder the parent of the container's folder. */
  constructor(
    folder: string,
    readonly service: ServiceName,
  ) {
    this.root = mkdtempSync(join(folder, `${service}-`));
  }

  /**
   * Does the kubelet's work: names in the volume are links, through a link that an update replaces, to a folder next to
   * them whose name begins with two dots.
   */
  mount(directory: string, files: Files): void {
    const place = join(this.root, directory);
    const [current, data] = ["..2026_11_25_04_00_00.123456789", "..data"];
    mkdirSync(join(place, current), { recursive: true, mode: 0o700 });
    symlinkSync(current, join(place, data));
    for (const [path, content] of files) {
      const file = join(place, current, path);
      mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
      writeFileSync(file, content, { mode: 0o600 });
    }
    for (const name of new Set([...files.keys()].map((path) => path.split("/")[0] ?? path)))
      symlinkSync(join(data, name), join(place, name));
  }

  /**
   * Returns a text with paths below the folder. All generated files of a container are in /opt, where a test cannot put
   * them, and mount namespaces are not available everywhere.
   */
  text(content: string): Buffer {
    return Buffer.from(this.below(content));
  }

  variable(name: string, value: string): void {
    this.environment[name] = this.below(value);
  }

  private below(content: string): string {
    return content.replaceAll("/opt/", `${this.root}/opt/`);
  }
}
