import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { readdirSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import type { V1Secret } from "@kubernetes/client-node";
import { kubectl } from "./kubectl";
import { NAMESPACE, SERVICES, Shop, sections } from "./services/shop";
import type { TestStack, Update } from "./stack";
import { nearlyExpire } from "./time";

const command = resolve(__dirname, "..", "..", "cli", "countersign.cjs");

describe("services of any program", function () {
  this.timeout(900_000);
  let shop: Shop;
  let stack: TestStack;

  before(async () => {
    shop = await Shop.create();
    ({ stack } = shop);
    await shop.assertWorks();
  });

  it("are verified by the command, which also says what blocks the next step", async () => {
    const { status, printed } = await countersign("verify", "--stack", stack.name);
    assert.equal(status, 0, printed);
    assert.match(printed, /^service db \(namespace services-shop\)$/m);
    assert.match(
      printed,
      /√ phase: asks clients for no certificate \(tls\); nothing blocks "optional"$/m,
    );
    assert.match(printed, /\d+ checks: all hold\.\n$/);
  });

  it("leave nothing to do", async () => {
    await stack.assertSettled();
  });

  describe("on the way from TLS to mutual TLS", () => {
    it("cannot leave out the step between", async () => {
      await stack.configure(sections("required"));
      assert.match(
        await stack.refusal(),
        /countersign:services\.db\.server\.clients: found "required", but the deployed server asks for no certificate/,
      );
    });

    for (const [clients, said] of [
      [
        "optional",
        /accepts clients without a certificate \(optional\); nothing blocks "required"$/,
      ],
      ["required", /requires certificates of its clients \(required\), the last step$/],
    ] as const)
      it(`take the step to ${clients}`, async () => {
        await stack.configure(sections(clients));
        await stack.up();
        await shop.assertWorks();
        const phase = (await shop.verify()).find(
          ({ party, code }) => party === "service db" && code === "phase",
        );
        assert.match(phase?.message ?? "", said);
      });
  });

  describe("that somebody has changed", () => {
    it("are found without a Secret, which `pulumi up --refresh` restores", async () => {
      await kubectl(["delete", "secret", "-n", NAMESPACE, "db-tls"]);
      assert.deepEqual(await shop.broken(), ["service db mounted-objects"]);
      const { failed, text } = await stack.run(["up", "--yes", "--skip-preview", "--refresh"]);
      assert.ok(!failed, text);
      await shop.assertWorks();
    });

    it("are found with another service's Secret, whose certificate is valid", async () => {
      const own = await secretOf("orders-tls");
      const others = await secretOf("db-tls");
      const pem = (key: string) => Buffer.from(others.data?.[key] ?? "", "base64").toString();
      const combined = Buffer.from(pem("tls.crt") + pem("tls.key")).toString("base64");
      await patch("secret", "orders-tls", { data: { "tls.pem": combined } });
      assert.deepEqual(await shop.broken(), [
        "service db accepted",
        "service orders certificate",
        "service orders identity",
        "service orders purpose",
        "service web accepted",
      ]);
      await patch("secret", "orders-tls", { data: own.data });
      await shop.assertWorks();
    });

    // A later update sets the annotation again, although kubectl has become its owner.
    it("are found with pods of other files", async () => {
      const annotated = (value: string) =>
        patch("statefulset", "db", {
          spec: {
            template: { metadata: { annotations: { "mounted.countersign/db": value } } },
          },
        });
      const digest =
        (await shop.outputs()).services.find(({ name }) => name === "db")?.digest ?? "";
      await annotated("0123456789abcdef");
      assert.deepEqual(await shop.broken(), ["service db roll-out"]);
      await annotated(digest);
      await shop.assertWorks();
    });

    it("are found with a release that mounts another Secret", async () => {
      const volumes = (secretName: string) =>
        patch("deployment", "web", {
          spec: { template: { spec: { volumes: [{ name: "v0", secret: { secretName } }] } } },
        });
      const { keys = "" } =
        (await shop.outputs()).services.find(({ name }) => name === "web") ?? {};
      await volumes("db-tls");
      await kubectl(["rollout", "status", "-n", NAMESPACE, "deployment/web"]);
      assert.deepEqual(await shop.broken(), ["service web drift"]);
      await volumes(keys);
      await shop.assertWorks();
    });
  });

  describe("with certificates that are due for renewal", () => {
    it("get new ones in one up, which does what the preview showed, and nothing else", async () => {
      await nearlyExpire(stack, "service-db-certificate", "service-web-certificate");
      const before = await shop.outputs();
      const expected = await stack.preview();
      assert.deepEqual(expected, [
        "replace LocallySignedCert service-db-certificate",
        "replace LocallySignedCert service-web-certificate",
        "replace Secret service-web-keys",
        "update Release service-web",
        "update Secret service-db-keys",
        "update StatefulSetPatch service-db-restart-statefulset-db",
      ]);
      const renewed = await stack.up();
      assert.deepEqual(renewed.changes, expected);
      const after = await shop.outputs();
      for (const { name, issued } of after.services) {
        const old = before.services.find((service) => service.name === name)?.issued;
        assert.equal(issued === old, name !== "db" && name !== "web", name);
      }
      await shop.assertWorks();
      await stack.assertSettled();
    });
  });

  describe("whose CA is rotated", () => {
    const issuedIn = ({ changes }: Update) =>
      changes.filter((change) => change.includes(" LocallySignedCert ")).length;
    const steps = [
      [{ g1: "signing", g2: "trusted" }, 0],
      [{ g1: "trusted", g2: "signing" }, SERVICES.length],
      [{ g2: "signing" }, 0],
    ] as const;
    for (const [generations, issued] of steps)
      it(`work with ${JSON.stringify(generations)}`, async () => {
        await stack.configure(sections("required", generations));
        const update = await stack.up();
        assert.equal(issuedIn(update), issued, update.changes.join("\n"));
        await shop.assertWorks();
      });
  });

  describe("that are exported", () => {
    let to: string;

    before(async () => {
      to = join(stack.directory, "exported");
      const { status, printed } = await countersign(
        ...["services", "export", "--stack", stack.name, "--to", to],
      );
      assert.equal(status, 0, printed);
      assert.ok(!printed.includes("PRIVATE KEY"));
    });

    it("can be tried with OpenSSL: a caller is accepted, anyone else is refused", async () => {
      const host = `db.${NAMESPACE}`;
      const port = await opensslServer([
        ...["-cert", join(to, "db", "keys", "tls.crt"), "-key", join(to, "db", "keys", "tls.key")],
        ...["-CAfile", join(to, "db", "ca", "ca.crt"), "-Verify", "8", "-verify_return_error"],
      ]);
      const caller = join(to, "orders", "keys", "tls.pem");
      const connects = (options: readonly string[], dialled = host) =>
        run("openssl", [
          ...["s_client", "-connect", `127.0.0.1:${port}`, "-tls1_2", "-brief"],
          ...["-verify_return_error", "-verify_hostname", dialled, "-servername", dialled],
          ...["-no-CAfile", "-no-CAstore", "-CApath", join(to, "orders", "ca"), ...options],
        ]);
      const pair = ["-cert", caller, "-key", caller];
      const accepted = await connects(pair);
      assert.equal(accepted.status, 0, accepted.printed);
      assert.match(accepted.printed, /Verification: OK/);
      assert.notEqual((await connects([])).status, 0);
      assert.match((await connects(pair, "stranger.invalid")).printed, /hostname mismatch/i);
    });

    it("have keys that only their owner can read", () => {
      for (const name of SERVICES) {
        const folder = join(to, name, "keys");
        assert.equal(statSync(folder).mode & 0o777, 0o700);
        for (const file of readdirSync(folder))
          assert.equal(statSync(join(folder, file)).mode & 0o777, 0o600, file);
      }
    });

    it("are replaced by a later export of one service", async () => {
      const { status, printed } = await countersign(
        ...["services", "export", "--stack", stack.name, "--to", to, "--service", "db"],
      );
      assert.equal(status, 0, printed);
      assert.match(printed, /orders\/keys\/tls\.pem: deleted, left over from an earlier export$/m);
      assert.deepEqual(readdirSync(to).sort(), [".countersign-services.json", "db"]);
    });

    it("need a directory, and services that exist", async () => {
      assert.equal((await countersign("services", "export", "--stack", stack.name)).status, 2);
      const { status, printed } = await countersign(
        ...["services", "export", "--stack", stack.name, "--to", to, "--service", "queue"],
      );
      assert.equal(status, 2);
      assert.match(printed, /has no service "queue"; it has "agent", "db", "orders" and 1 more$/m);
    });
  });

  const servers: (() => void)[] = [];
  afterEach(() => {
    for (const stop of servers.splice(0)) stop();
  });

  /** Starts OpenSSL's server on a free port. It is stopped after the test. */
  function opensslServer(options: readonly string[]): Promise<number> {
    const child = spawn("openssl", ["s_server", "-accept", "127.0.0.1:0", ...options]);
    servers.push(() => child.kill());
    let text = "";
    return new Promise((done, fail) => {
      for (const stream of [child.stdout, child.stderr])
        stream.on("data", (chunk: Buffer) => {
          text += chunk.toString();
          const port = /^ACCEPT 127\.0\.0\.1:(\d+)$/m.exec(text)?.[1];
          if (port !== undefined) done(Number(port));
        });
      child.once("exit", () => fail(new Error(`openssl s_server ended: ${text}`)));
    });
  }

  const countersign = (...args: string[]) =>
    run(process.execPath, [command, ...args], stack.directory, stack.environment);
});

/** Runs a program, which may fail. */
function run(
  program: string,
  args: readonly string[],
  cwd?: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<{ readonly status: number; readonly printed: string }> {
  return new Promise((done) => {
    const { stdin } = execFile(
      program,
      args,
      { cwd, env: { ...process.env, ...environment } },
      (error, stdout, stderr) => {
        const code = error?.code ?? 0;
        done({ status: typeof code === "number" ? code : -1, printed: stdout + stderr });
      },
    );
    stdin?.on("error", () => undefined).end();
  });
}

async function secretOf(name: string): Promise<V1Secret> {
  return JSON.parse(
    await kubectl(["get", "secret", "-n", NAMESPACE, name, "-o", "json"]),
  ) as V1Secret;
}

function patch(kind: string, name: string, change: object): Promise<string> {
  return kubectl(["patch", kind, "-n", NAMESPACE, name, "-p", JSON.stringify(change)]);
}
