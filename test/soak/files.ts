import { Lab } from "../integration/lab";
import type { Outcome } from "./part";

/**
 * Searches all files that `make up`, a killed `make up`, previews, reports and `make down` write for unencrypted
 * private keys.
 */
export async function files(): Promise<Outcome> {
  const lab = await Lab.create("files");
  try {
    const killed = lab.start("up");
    await killed.prints("helm.sh/v3:Release orchestrator creating");
    process.kill(-killed.pid, "SIGKILL");
    await killed.ended;
    const { status, printed } = await lab.make("up");
    if (status !== 0) throw new Error(`make up fails:\n${printed}`);
    await lab.learnKeys();
    await lab.shell(
      'eval "$(make env)"; pulumi preview --stack dev; npx countersign report --stack dev',
    );
    await lab.make("down");
    const found = await lab.files.search(lab.keys);
    return {
      figures: [
        `${found.searched} files searched for ${found.keys} private keys: ${found.withKeys.length} with an unencrypted key`,
        ...found.withKeys,
      ],
      holds: found.withKeys.length === 0,
    };
  } finally {
    await lab.remove();
  }
}
