import { appendFileSync, linkSync, lstatSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";

/**
 * Keeps every file that appears below a folder until standard input ends: it gives the file a second name in the folder
 * `held`, so that files that are deleted or replaced meanwhile can still be read afterwards. It is a separate program,
 * since its caller may block.
 */
const [base = ""] = process.argv.slice(2);
const held = join(base, "held");

/** Interval between two looks, short enough not to miss a file of a program that has to start first. */
const POLL_MS = 25;

/** Folders that come with programs, and that programs do not write. */
const LEFT_OUT = new Set(["node_modules", "plugins", ".git", "held"]);

/** If a folder was last changed this long before a look, the look has seen everything in it. */
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
    // Deleted or replaced meanwhile, so nobody else can have had much time to read it either.
  }
}

look(base);
process.stdout.write("holding\n");
const timer = setInterval(() => look(base), POLL_MS);
process.stdin.resume().once("end", () => {
  clearInterval(timer);
  look(base);
});
