import { appendFileSync, linkSync, lstatSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";

/**
 * Holds every file that appears below a folder until its standard input ends: gives it a second name in the folder `held`, so
 * that what is deleted or replaced meanwhile can still be read afterwards. A program of its own, as its caller may block.
 */
const [base = ""] = process.argv.slice(2);
const held = join(base, "held");

/** So often that a file of a program that has to start first is not missed. */
const POLL_MS = 25;

/** What programs come with, not what they write. */
const LEFT_OUT = new Set(["node_modules", "plugins", ".git", "held"]);

/** A folder that was last changed so long before a look has nothing that the look did not see. */
const SETTLED_MS = 100;

const seen = new Set<string>();
/** Subfolders of folders that have settled, by the time of their last change. */
const settled = new Map<string, { readonly changed: number; readonly folders: string[] }>();

function look(folder: string): void {
  try {
    const now = Date.now();
    const changed = statSync(folder).mtimeMs;
    const known = settled.get(folder);
    if (known?.changed === changed) {
      for (const each of known.folders) look(each);
      return;
    }
    const folders: string[] = [];
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (entry.isFile()) hold(path);
      else if (entry.isDirectory() && !LEFT_OUT.has(entry.name)) folders.push(path);
    }
    if (now - changed > SETTLED_MS) settled.set(folder, { changed, folders });
    for (const each of folders) look(each);
  } catch {
    // Deleted meanwhile.
  }
}

function hold(path: string): void {
  try {
    const name = String(lstatSync(path).ino);
    if (seen.has(name)) return;
    linkSync(path, join(held, name));
    seen.add(name);
    appendFileSync(join(held, "index"), `${name} ${path}\n`);
  } catch {
    // Deleted or replaced meanwhile: nobody can have read it for long either.
  }
}

look(base);
process.stdout.write("holding\n");
const timer = setInterval(() => look(base), POLL_MS);
process.stdin.resume().once("end", () => {
  clearInterval(timer);
  look(base);
});
