import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { readCertificate } from "../../x509";
import { olderCertificate } from "./older-certificate";
import type { StateResource, TestStack } from "./stack";
import { plaintextOf } from "./stack-secrets";

const DAY = 86_400_000;

/** Lets the lives of these certificates end soon, so that it is time to renew them. */
export async function nearlyExpire(stack: TestStack, ...names: readonly string[]): Promise<void> {
  await moveEnd(stack, DAY, names);
}

/** Lets the lives of these certificates have ended. */
export async function expire(stack: TestStack, ...names: readonly string[]): Promise<void> {
  await moveEnd(stack, -DAY, names);
}

/** Lets a certificate of this stack's authority be one that was issued days ago, in every respect. */
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

/** The tls provider decides by what it noted in the state when it made the certificate. */
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

/** A busy machine may take minutes for what else takes a second; only a failure waits as long. */
const PATIENCE_MS = 120_000;

/** Waits for what the cluster does in its own time. */
export async function until(what: string, condition: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + PATIENCE_MS;
  while (!(await condition())) {
    assert.ok(Date.now() < end, `waited in vain until ${what}`);
    await sleep(100);
  }
}
