import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Lab, type Ended, type Running } from "../integration/lab";
import { Chance } from "./chance";
import { configure, draw, original, type Change } from "./configurations";
import type { Outcome, SoakOptions } from "./part";

/**
 * Victims of a round, killed one after the other: `make up` with everything that it started, or a part of the control
 * plane.
 */
const VICTIMS = [
  ["program"],
  ["program"],
  ["program"],
  ["kube-apiserver"],
  ["kwok"],
  ["kube-apiserver", "program"],
  ["kube-apiserver", "program"],
  ["kwok", "program"],
  ["kwok", "program"],
] as const;

/** Longest time in ms between two kills of a round: Helm gives up in it and rolls back. */
const LONGEST_GAP = 75_000;
/** In ms. An update that is cut off from its cluster may try for as long as it likes; then it is killed, too. */
const PATIENCE = 180_000;

/**
 * Kills at random moments of `make up`. After each round, the next `make up` must repair everything, and its checks
 * must hold.
 */
export async function kills({ seed, kills: wanted, stopping }: SoakOptions): Promise<Outcome> {
  const chance = new Chance(seed);
  const lab = await Lab.create("soak");
  const say = (line: string) => void process.stdout.write(`${line}\n`);
  const complaints = join(process.cwd(), ".countersign", "soak");
  try {
    const base = original(lab.clone);
    let changes: ReadonlySet<Change> = new Set();
    configure(lab.clone, base, changes);
    const first = await lab.make("up");
    if (!isHealthy(first)) throw new Error(`make up fails without any kill:\n${first.printed}`);
    let span = 20_000;
    let made = 0;
    let healed = 0;
    for (let round = 1; made < wanted && !stopping.aborted; round++) {
      const before = changes;
      changes = draw(chance, before);
      configure(lab.clone, base, changes);
      const victims = chance.oneOf(VICTIMS);
      const moments = victims.map((_, n) => chance.next() * (n === 0 ? span : LONGEST_GAP));
      const goesBack = chance.happens(0.3);
      const killed = await killIn(lab, lab.start("up"), victims, moments);
      made += killed.length;
      if (goesBack) configure(lab.clone, base, (changes = before));
      const began = Date.now();
      const ended = await lab.make("up");
      await lab.learnKeys();
      const what = killed.length === 0 ? "nothing, since it had ended" : killed.join(", then ");
      const how = isHealthy(ended) ? "repaired" : "NOT REPAIRED";
      say(`round ${round}: killed ${what}${goesBack ? "; configuration as before" : ""}: ${how}`);
      if (isHealthy(ended)) {
        healed += killed.length;
        // Most of the time that the last run took, so that few runs end before they are killed.
        span = 0.7 * (Date.now() - began);
      } else {
        mkdirSync(complaints, { recursive: true, mode: 0o700 });
        const log = join(complaints, `seed-${seed}-round-${round}.log`);
        writeFileSync(log, ended.printed, { mode: 0o600 });
        say(`  ${log} has the output of make up; starting again`);
        await lab.make("down");
        const again = await lab.make("up");
        if (!isHealthy(again)) throw new Error(`make up fails after make down:\n${again.printed}`);
      }
    }
    const found = await lab.files.search(lab.keys);
    for (const path of found.withKeys) say(`an unencrypted private key: ${path}`);
    return {
      figures: [
        `${healed} of ${made} kills repaired`,
        `${found.searched} files searched for ${found.keys} private keys: ${found.withKeys.length} with an unencrypted key`,
      ],
      holds: healed === made && found.withKeys.length === 0,
    };
  } finally {
    await lab.remove();
  }
}

function isHealthy({ status, printed }: Ended): boolean {
  return status === 0 && /\d+ checks: all hold/.test(printed);
}

/** @returns the killed victims, with the times; those that had ended before their turn are left out. */
async function killIn(
  lab: Lab,
  running: Running,
  victims: readonly string[],
  moments: readonly number[],
): Promise<string[]> {
  const killed: string[] = [];
  const began = Date.now();
  for (const [position, victim] of victims.entries()) {
    if (await endsWithin(running, moments[position] ?? 0)) break;
    const pid = victim === "program" ? -running.pid : lab.pidOf(victim);
    if (pid === undefined) continue;
    process.kill(pid, "SIGKILL");
    killed.push(`${victim} after ${((Date.now() - began) / 1000).toFixed(1)} s`);
  }
  if (!(await endsWithin(running, PATIENCE))) {
    process.kill(-running.pid, "SIGKILL");
    killed.push("program, which did not end");
  }
  await running.ended;
  return killed;
}

async function endsWithin({ ended }: Running, milliseconds: number): Promise<boolean> {
  const passes = new AbortController();
  const timer = sleep(milliseconds, false, { signal: passes.signal }).catch(() => false);
  const isOver = await Promise.race([ended.then(() => true), timer]);
  passes.abort();
  return isOver;
}
