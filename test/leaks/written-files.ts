import { spawn, type ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { PrivateKeys } from "./keys";

/** A file that was written while its folder was watched. */
export interface WrittenFile {
  /** The path where it first appeared. */
  readonly path: string;
  readonly content: Buffer;
}

/** The result of a search. */
export interface SearchResult {
  /** Number of searched files. */
  readonly searched: number;
  /** Number of keys that were searched for. */
  readonly keys: number;
  /** Paths of files that contain an unencrypted key. */
  readonly withKeys: readonly string[];
}

/** Every file that programs write below a folder, including those that they delete again. */
export class WrittenFiles {
  private constructor(
    private readonly base: string,
    private readonly holder: ChildProcess,
  ) {}

  /** Starts to keep the files below the folder and those that appear there, in its subfolder `held`. */
  static async watch(base: string): Promise<WrittenFiles> {
    mkdirSync(join(base, "held"), { mode: 0o700 });
    const program = ["--import", "tsx", join(__dirname, "hold.ts"), base];
    const holder = spawn(process.execPath, program, { stdio: ["pipe", "pipe", "inherit"] });
    await once(holder.stdout, "data");
    return new WrittenFiles(base, holder);
  }

  /** Stops watching. The kept files can be read as long as their folder exists. */
  async end(): Promise<void> {
    if (this.holder.exitCode !== null) return;
    const ended = once(this.holder, "exit");
    this.holder.stdin?.end();
    await ended;
  }

  /** Reads the files one after the other, since there may be many. */
  *read(): Generator<WrittenFile> {
    for (const [, name = "", path = ""] of this.index().matchAll(/^(\d+) (.*)$/gm)) {
      yield { path, content: readFileSync(join(this.base, "held", name)) };
    }
  }

  /**
   * Stops watching, and searches all files. A file with one of the keys is created and deleted first, to make sure that
   * the search would find one.
   */
  async search(keys: PrivateKeys): Promise<SearchResult> {
    const planted = join(this.base, `planted-${randomBytes(6).toString("hex")}`);
    writeFileSync(planted, keys.sample(), { mode: 0o600 });
    while (!this.index().includes(planted)) await sleep(10);
    rmSync(planted);
    await this.end();
    let searched = 0;
    const withKeys: string[] = [];
    for (const { path, content } of this.read()) {
      searched++;
      if (keys.foundIn(content) > 0) withKeys.push(path);
    }
    const others = withKeys.filter((path) => path !== planted);
    if (others.length === withKeys.length) throw new Error("the search does not find a key");
    return { searched: searched - 1, keys: keys.size, withKeys: others };
  }

  private index(): string {
    const index = join(this.base, "held", "index");
    return existsSync(index) ? readFileSync(index, "utf8") : "";
  }
}
