import assert from "node:assert/strict";
import { join } from "node:path";
import type { Check } from "../../verify/check";
import { connect, type Cluster } from "../../verify/cluster/api";
import { ADMISSION_FORM } from "../../systems/substra/admission";
import { mergeSubstra, readSubstra } from "../../systems/substra/outputs";
import { verifySubstra } from "../../systems/substra/verify";
import { admissionOf, requestOf, type Received } from "../../enrollment/documents";
import { FILES, filesOfAdmission, writePublicFile } from "../../enrollment/files";
import { consortium } from "./example";
import { TestStack } from "./stack";

/** Settings that override those of the example, by section of the configuration. */
export interface Overrides {
  /** Settings of the organization in its stack. */
  readonly organization?: Readonly<Record<string, unknown>>;
  /** Settings of its `signedBy`. */
  readonly signedBy?: Readonly<Record<string, unknown>>;
  /** Settings of its entry among the enrollments. */
  readonly enrollment?: Readonly<Record<string, unknown>>;
}

/** The way in which an organization and the consortium exchange requests and certificates. */
export type Channel = "stack" | "files";

/** A consortium whose organizations have their own stacks, each with its own passphrase. */
export class SeparateStacks {
  private readonly overrides = new Map<string, Overrides>();
  private generations: Record<string, object> = { g1: { state: "signing", validity: "10y" } };
  private enrolled: readonly string[];

  private constructor(
    private readonly prefix: string,
    /** MSP IDs of all organizations that were ever in it. */
    readonly mspIds: readonly string[],
    private readonly channels: Readonly<Record<string, Channel>>,
    /** The consortium's stack: CA and orchestrator. */
    readonly host: TestStack,
    readonly stacks: ReadonlyMap<string, TestStack>,
  ) {
    this.enrolled = mspIds;
  }

  /**
   * Creates the stacks, configured but not yet deployed. An organization that exchanges data with the consortium's
   * stack by stack references shares its backend; all others have their own backends.
   *
   * @param channels by MSP ID.
   */
  static async create(prefix: string, channels: Readonly<Record<string, Channel>>) {
    const host = await TestStack.create(`${prefix}-host`, {});
    const stacks = new Map<string, TestStack>();
    for (const [position, [mspId, channel]] of Object.entries(channels).entries()) {
      const shared = channel === "stack" ? { backend: host.backend } : {};
      stacks.set(mspId, await TestStack.create(`${prefix}-org-${position + 1}`, {}, shared));
    }
    const consortium = new SeparateStacks(prefix, Object.keys(channels), channels, host, stacks);
    await consortium.configure();
    return consortium;
  }

  of(mspId: string): TestStack {
    const stack = this.stacks.get(mspId);
    assert.ok(stack, mspId);
    return stack;
  }

  /** Changes the configuration of an organization and of its enrollment. */
  async override(mspId: string, overrides: Overrides): Promise<void> {
    this.overrides.set(mspId, { ...this.overrides.get(mspId), ...overrides });
    await this.configure();
  }

  /** Changes which organizations are enrolled and members of the channel. */
  async enroll(mspIds: readonly string[]): Promise<void> {
    this.enrolled = mspIds;
    await this.configure();
  }

  async setGenerations(generations: Record<string, object>): Promise<void> {
    this.generations = generations;
    await this.configure();
  }

  /** Performs all first steps: requests, certificates, deployments. */
  async deploy(): Promise<void> {
    for (const mspId of this.mspIds) await this.upOrganization(mspId);
    await this.upHost();
    for (const mspId of this.mspIds) await this.upOrganization(mspId);
  }

  /** Runs `up` for an organization, and passes what it publishes on to the consortium. */
  async upOrganization(mspId: string) {
    const update = await this.of(mspId).up();
    if (this.channels[mspId] === "files") await this.carryRequest(mspId);
    return update;
  }

  /** Runs `up` for the consortium, and passes what it publishes on to the organizations. */
  async upHost() {
    const update = await this.host.up();
    for (const mspId of this.enrolled) {
      if (this.channels[mspId] === "files") await this.carryAdmission(mspId);
    }
    return update;
  }

  /** Returns what `countersign verify` finds for all that is deployed. */
  verify(): Promise<readonly Check[]> {
    return verifyStacks([this.host, ...this.stacks.values()]);
  }

  /** Fails unless all checks of `countersign verify` hold, including handshakes of all these organizations. */
  async assertWorks(mspIds: readonly string[] = this.enrolled): Promise<void> {
    const checks = await this.verify();
    assert.deepEqual(failuresIn(checks), []);
    const accepted = checks.filter(({ code }) => code === "accepted").map(({ party }) => party);
    assert.deepEqual(accepted.sort(), [...mspIds].sort());
  }

  /** Returns the folder of an organization's files in a stack's project. */
  directory(stack: TestStack, mspId: string): string {
    return join(stack.directory, "enrollments", mspId);
  }

  private async carryRequest(mspId: string): Promise<void> {
    const { requests } = await this.of(mspId).values();
    const { request } = here(requestOf(requests, mspId, mspId, ADMISSION_FORM));
    writePublicFile(join(this.directory(this.host, mspId), FILES.request), request);
  }

  private async carryAdmission(mspId: string): Promise<void> {
    const { admissions } = await this.host.values();
    const admission = admissionOf(admissions, mspId, "the consortium", ADMISSION_FORM);
    if (admission.kind === "missing") return;
    for (const [name, text] of Object.entries(filesOfAdmission(admission.value, ADMISSION_FORM))) {
      writePublicFile(join(this.directory(this.of(mspId), mspId), name), text);
    }
  }

  /** Rewrites every stack's configuration. */
  async configure(): Promise<void> {
    const { authority, orchestrator, organizations } = consortium(this.prefix, this.mspIds);
    const enrollments = this.enrolled.map((mspId) => {
      const request =
        this.channels[mspId] === "stack"
          ? { stack: this.of(mspId).fullName }
          : { file: `enrollments/${mspId}/${FILES.request}` };
      const { hostname } = organizations[mspId] as { hostname: string };
      const { enrollment } = this.overrides.get(mspId) ?? {};
      return [mspId, { request, commonName: hostname, ...enrollment }] as const;
    });
    await this.host.configure({
      authority: { ...authority, generations: this.generations },
      orchestrator: {
        ...orchestrator,
        channels: { mychannel: { organizations: this.enrolled } },
      },
      enrollments: Object.fromEntries(enrollments),
    });
    for (const mspId of this.mspIds) {
      const { organization, signedBy } = this.overrides.get(mspId) ?? {};
      const source =
        this.channels[mspId] === "stack"
          ? { stack: this.host.fullName }
          : { directory: `enrollments/${mspId}` };
      const own = {
        ...organizations[mspId],
        orchestrator: { sameCluster: true },
        signedBy: { ...source, trust: ["first-use"], ...signedBy },
        ...organization,
      };
      await this.of(mspId).configure({ organizations: { [mspId]: own } });
    }
  }
}

/**
 * Returns what `countersign verify` finds for all that these stacks have deployed; in this process, which is faster.
 *
 * @param through wraps the cluster that it reads. @default - the cluster itself
 */
export async function verifyStacks(
  stacks: readonly TestStack[],
  through: (cluster: Cluster) => Cluster = (cluster) => cluster,
): Promise<readonly Check[]> {
  const found = await Promise.all(
    stacks.map(async (stack) => {
      const outputs = readSubstra({ origin: stack.name, content: await stack.values() });
      return outputs === undefined ? [] : [{ origin: stack.name, outputs }];
    }),
  );
  const cluster = await connect({ kubeconfig: stacks[0]?.environment.KUBECONFIG ?? "" });
  try {
    return await verifySubstra(through(cluster), mergeSubstra(found.flat()), new Date());
  } finally {
    cluster.close();
  }
}

/** Returns the failed checks, as `party code: message`. */
export function failuresIn(checks: readonly Check[]): string[] {
  return checks
    .filter(({ ok, severity }) => !ok && severity === "error")
    .map(({ party, code, message }) => `${party} ${code}: ${message}`);
}

function here<T>(received: Received<T>): T {
  assert.ok(received.kind === "here", received.kind === "missing" ? received.reason : "");
  return received.value;
}
