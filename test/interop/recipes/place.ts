import { chmodSync, chownSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { layOut, type Files } from "../volume";
import type { Folders, Recipe, Running } from "./recipe";

/** A server in its folders, with files that are replaced as the kubelet does. */
export class Place {
  private constructor(
    readonly recipe: Recipe,
    private readonly folders: Folders,
    readonly running: Running,
  ) {}

  /** @param base a folder in one that everybody may enter. */
  static async open(recipe: Recipe, base: string, files: Files): Promise<Place> {
    const { group } = recipe.access?.() ?? {};
    const folders = { tls: join(base, recipe.name, "tls"), own: join(base, recipe.name, "own") };
    mkdirSync(base, { recursive: true, mode: 0o755 });
    mkdirSync(folders.own, { recursive: true, mode: 0o700 });
    if (group !== undefined) {
      chownSync(join(base, recipe.name), 0, group);
      chmodSync(join(base, recipe.name), 0o750);
    }
    layOut(files, folders.tls, recipe.access?.());
    return new Place(recipe, folders, await recipe.start(folders));
  }

  replace(files: Files): void {
    layOut(files, this.folders.tls, this.recipe.access?.());
  }
}
