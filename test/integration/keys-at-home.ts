import assert from "node:assert/strict";
import { readFileSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { TestStack } from "./stack";
import { StackSecrets } from "./stack-secrets";

/**
 * Fails if a private key or password of one of these stacks, unencrypted or as its ciphertext, is in the state of
 * another stack, in anything that the other's backend has stored for it, or in what was printed.
 */
export async function assertKeysStayHome(stacks: readonly TestStack[]): Promise<void> {
  for (const owner of stacks) {
    const secrets = await StackSecrets.of(owner);
    const keys = secrets.names.filter((name) => name.endsWith("-key.privateKeyPemPkcs8"));
    assert.ok(keys.length > 0, `${owner.name} has no key`);
    const ciphertexts = ciphertextsIn(JSON.stringify(await owner.state()));
    assert.ok(ciphertexts.length >= keys.length);
    // Checks the search itself: the ciphertexts have to be found where they belong.
    const own = storedIn(owner);
    assert.ok(ciphertexts.every((ciphertext) => own.includes(ciphertext)));
    for (const other of stacks.filter((stack) => stack !== owner)) {
      const stored = JSON.stringify(await other.decryptedState()) + storedIn(other);
      secrets.assertNoneIn(stored);
      assert.ok(!ciphertexts.some((ciphertext) => stored.includes(ciphertext)));
      assert.deepEqual(secrets.foundIn(other.printed.join("\n")), []);
    }
  }
}

/** Returns everything that a backend stores for one stack: its state, earlier states and their backups. */
function storedIn(stack: TestStack): string {
  const folder = fileURLToPath(stack.backend);
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => path.includes(`/${stack.name}`))
    .map((path) => join(folder, path))
    .filter((path) => statSync(path).isFile());
  assert.ok(files.length > 3, "the backend's layout has changed");
  return files.map((path) => readFileSync(path, "utf8")).join("");
}

function ciphertextsIn(state: string): string[] {
  return [...state.matchAll(/"ciphertext":"([^"]+)"/g)].map(([, ciphertext = ""]) => ciphertext);
}
