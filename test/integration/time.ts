import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { readCertificate } from "../../x509";
import { olderCertificate } from "./older-certificate";
import type { StateResource, TestStack } from "./stack";
import { plaintextOf } from "./stack-secrets";

const DAY = 86_400_000;

/** Makes these certificates expire soon, so that they are due for renewal. */
export async function nearlyExpire(stack: TestStack, ...names: readonly string[]): Promise<void> {
  await moveEnd(stack, DAY, names);
}

/** Sets the expiry of these certificates to a time in the past. */
export async function expire(stack: TestStack, ...names: readonly string[]): Promise<void> {
  await moveEnd(stack, -DAY, names);
}

/** Replaces a certificate of this stack's authority by one that was issued days ago, in every respect. */
export async function age(stack: TestStack, name: string, days: number): Promise<void> {
  await stack.edit(({ resources }) => {
    const { inputs, outputs } = certificateIn(resources, name);
    const pem = olderCertificate(
      outputs.certPem as string,
      plaintextOf(inputs.caPrivateKeyPem) ?? "",
      days,
    );
    const { notBefore, notAfter } = readCertificate(pem);
    Object.assign(outputs, {
      certPem: pem,
      validityStartTime: notBefore.toISOString(),
      validityEndTime: notAfter.toISOString(),
    });
  });
}

/**
 * Changes the expiry in the state, which the tls provider recorded when it created the certificate, and which it
 * checks.
 */
async function moveEnd(stack: TestStack, fromNow: number, names: readonly string[]) {
  const validityEndTime = new Date(Date.now() + fromNow).toISOString().replace(/\.\d+Z$/, "Z");
  await stack.edit(({ resources }) => {
    for (const name of names) {
      Object.assign(certificateIn(resources, name).outputs, { validityEndTime });
    }
  });
}

function certificateIn(resources: readonly StateResource[], name: string): StateResource {
  const found = resources.filter(
    ({ urn, type }) => type.startsWith("tls:") && urn.endsWith(`::${name}`),
  );
  const [certificate] = found;
  assert.ok(certificate && found.length === 1, `${found.length} certificates are called ${name}`);
  return certificate;
}

/** A busy machine may take minutes for what otherwise takes a second; only a failure waits this long. */
const PATIENCE_MS = 120_000;

/** Waits for a condition that the cluster reaches in its own time. */
export async function until(what: string, condition: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + PATIENCE_MS;
  while (!(await condition())) {
    assert.ok(Date.now() < end, `gave up waiting until ${what}`);
    await sleep(100);
  }
}
