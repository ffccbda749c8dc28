import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { runningPods } from "./api";
import { SeparateStacks } from "./separate-stacks";
import { readCertificate } from "../../x509";
import type { StateResource, TestStack } from "./stack";

const FIRST = "MyOrg1MSP";
const SECOND = "MyOrg2MSP";
const PREFIX = "missing";

describe("nothing is deleted because an input is missing", function () {
  this.timeout(900_000);
  let consortium: SeparateStacks;
  let host: TestStack;
  let first: TestStack;
  let pods: readonly string[] | undefined;

  before(async () => {
    consortium = await SeparateStacks.create(PREFIX, { [FIRST]: "stack", [SECOND]: "files" });
    host = consortium.host;
    first = consortium.of(FIRST);
  });
  afterEach("the organizations run unchanged", async () => {
    if (pods !== undefined) assert.deepEqual(await podNames(), pods);
  });

  it("an organization waits for a stack that was never deployed, and for one that does not exist", async () => {
    await consortium.upOrganization(FIRST);
    assert.deepEqual((await first.values()).waiting, {
      [FIRST]: `stack ${host.fullName} publishes no admissions yet`,
    });
    const stack = "organization/countersign/nowhere";
    await consortium.override(FIRST, { signedBy: { stack } });
    const { failed, text } = await first.run(["preview"]);
    assert.ok(!failed, text);
    assert.match(
      text,
      /MyOrg1MSP waits: stack organization\/countersign\/nowhere cannot be read \(unknown stack "organization\/countersign\/nowhere"\)/,
    );
    await consortium.override(FIRST, { signedBy: {} });
  });

  it("the consortium waits for organizations without a request, while it serves the others", async () => {
    await consortium.upHost();
    const outputs = await host.values();
    assert.deepEqual(outputs.waiting, {
      [SECOND]: `there is no file enrollments/${SECOND}/request.pem yet`,
    });
    await consortium.upOrganization(FIRST);
    await consortium.upOrganization(SECOND);
    await consortium.upHost();
    await consortium.upOrganization(SECOND);
    await consortium.assertWorks();
    pods = await podNames();
  });

  it("a deployed organization keeps running when the consortium's stack cannot be read", async () => {
    const stack = "organization/countersign/nowhere";
    await consortium.override(FIRST, { signedBy: { stack } });
    await goesOn(first, FIRST, /nowhere cannot be read \(unknown stack "[^"]+"\)/);
    await consortium.override(FIRST, { signedBy: {} });
  });

  it("or when that publishes another version's format", async () => {
    await host.edit(({ resources }) => {
      const { admissions } = rootOf(resources).outputs as { admissions: { format: number } };
      admissions.format = 2;
    });
    await goesOn(
      first,
      FIRST,
      /publishes format 2, and this program reads 1: use one version of Countersign on both sides/,
    );
  });

  it("or when that no longer publishes anything", async () => {
    await host.edit(({ resources }) => {
      delete rootOf(resources).outputs.admissions;
    });
    await goesOn(first, FIRST, /publishes no admissions yet/);
    await consortium.upHost();
    await first.assertSettled();
  });

  it("or when the files of the consortium are missing", async () => {
    const second = consortium.of(SECOND);
    rmSync(consortium.directory(second, SECOND), { recursive: true });
    await goesOn(second, SECOND, /there is no file enrollments\/MyOrg2MSP\/certificate\.pem/);
  });

  it("the consortium keeps using the request that it signed when the request is missing", async () => {
    rmSync(consortium.directory(host, SECOND), { recursive: true });
    const { failed, text } = await host.run(["up", "--yes", "--skip-preview"]);
    assert.ok(!failed, text);
    assert.match(
      text,
      /there is no file enrollments\/MyOrg2MSP\/request\.pem yet: the request of MyOrg2MSP that was signed before stays in force/,
    );
    assert.match(text, /Resources:\n {4}\d+ unchanged\n/);
  });

  it("a key cannot be removed before another one has a certificate", async () => {
    await consortium.override(FIRST, { organization: { certificate: { keys: ["k2"] } } });
    assert.match(
      await first.refusal(),
      /countersign:organizations\.MyOrg1MSP\.certificate\.keys no longer lists the key whose certificate is deployed/,
    );
    await consortium.override(FIRST, {
      organization: { certificate: { keys: ["k1"], algorithm: "RSA-2048" } },
    });
    assert.match(
      await first.refusal(),
      /algorithm is RSA-2048, but key k1 is ECDSA-P256 and a key is never changed in place/,
    );
    await consortium.override(FIRST, { organization: {} });
  });

  it("a CA that the configuration does not trust is not trusted, and its certificates are refused", async () => {
    const generations = {
      g1: { state: "signing", validity: "10y" },
      g2: { state: "trusted", validity: "10y" },
    };
    await consortium.setGenerations(generations);
    await consortium.upHost();
    const { admissions } = (await host.values()) as {
      admissions: { authorities: Record<string, { certificate: string }> };
    };
    const { fingerprint } = readCertificate(admissions.authorities.g2?.certificate ?? "");
    const told = new RegExp(
      `also offers CA generation g2 \\(O=Test consortium, CN=Test CA, SHA-256 ${fingerprint}\\), which is not trusted`,
    );
    await goesOn(first, FIRST, told);

    await consortium.setGenerations({
      g1: { ...generations.g1, state: "trusted" },
      g2: { ...generations.g2, state: "signing" },
    });
    const preview = await host.run(["preview"]);
    assert.match(preview.text, /MyOrg1MSP does not trust CA generation g2 yet/);
    await consortium.upHost();
    const text = await first.refusal();
    assert.match(
      text,
      /the certificate of MyOrg1MSP from stack .* is refused, and nothing was changed:/,
    );
    assert.match(
      text,
      new RegExp(
        `its CA, generation g2 .*${fingerprint}\\), is not one that countersign:organizations\\.MyOrg1MSP\\.signedBy\\.trust lists`,
      ),
    );
  });

  it("a CA is trusted, with its certificates, when its fingerprint is listed", async () => {
    const { admissions } = (await host.values()) as {
      admissions: { authorities: Record<string, { certificate: string }> };
    };
    const { fingerprint } = readCertificate(admissions.authorities.g2?.certificate ?? "");
    // In openssl's notation.
    const written = fingerprint.toUpperCase().replace(/(..)(?!$)/g, "$1:");
    const trust = ["first-use", written];
    await consortium.override(FIRST, { signedBy: { trust } });
    await consortium.upOrganization(FIRST);
    pods = await podNames();
    const failures = (await consortium.verify()).filter(({ ok, party }) => !ok && party === FIRST);
    assert.deepEqual(failures, []);
  });

  /** Checks that an `up` changes nothing and says why. */
  async function goesOn(stack: TestStack, mspId: string, reason: RegExp): Promise<void> {
    const { failed, text } = await stack.run(["up", "--yes", "--skip-preview"]);
    assert.ok(!failed, text);
    assert.match(text, reason);
    if (!reason.source.includes("also offers")) {
      assert.match(
        text,
        new RegExp(`: ${mspId} keeps using the certificate that it accepted before`),
      );
    }
    assert.match(text, /Resources:\n {4}\d+ unchanged\n/);
  }

  async function podNames(): Promise<string[]> {
    const all = await Promise.all([1, 2].map((n) => runningPods(`${PREFIX}-org-${n}`)));
    return all
      .flat()
      .map(({ metadata }) => metadata?.name ?? "")
      .sort();
  }
});

function rootOf(resources: readonly StateResource[]): StateResource {
  const root = resources.find(({ type }) => type === "pulumi:pulumi:Stack");
  assert.ok(root);
  return root;
}
