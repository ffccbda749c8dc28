import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { killBetweenWrites } from "../integration/killing";
import { lockFolder, type TestBackend } from "./backend";

/** Returns the backend of Pulumi's that keeps states in a folder, such as one on a network share. */
export function filesBackend(folder: string): TestBackend {
  mkdirSync(folder, { recursive: true });
  return {
    url: `file://${folder}`,
    environment: {},
    secrets: [],
    locks: (stack) => jsonFilesIn(join(folder, lockFolder(stack))),
    kill: (group) => killBetweenWrites(group, folder),
    end: () => rm(folder, { recursive: true, force: true }),
  };
}

/** Returns the names that end in `.json` in a folder; none if it does not exist. */
export function jsonFilesIn(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(".json")) : [];
}
