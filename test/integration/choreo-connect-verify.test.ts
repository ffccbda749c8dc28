import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { V1ConfigMap, V1Secret } from "@kubernetes/client-node";
import type { Check } from "../../cli/check";
import { countersign, person, pulumi, run, up, type Person } from "./people";
import { kubectl } from "./kubectl";

const command = resolve(__dirname, "..", "..", "cli", "countersign.cjs");
const EXAMPLE = "examples/choreo-connect";
const NAMESPACE = "ccverify-gateway";
const SHOP = "ccverify-shop";

describe(`countersign verify of the stacks of ${EXAMPLE}`, function () {
  this.timeout(300_000);
  let who: Person;

  before(async () => {
    who = await person("choreo-connect-verify", EXAMPLE);
  });

  describe("kubernetes", () => {
    let file: string;

    before(async () => {
      await pulumi(who, "stack", "select", "--create", "kubernetes");
      // Names of this file's own: other tests share the cluster.
      await set("target.kubernetes.namespace", NAMESPACE);
      await set("target.kubernetes.createNamespace", "true");
      for (const backend of ["payments", "ratings"]) {
        await set(`backends.${backend}.namespace`, SHOP);
      }
      await up(who, "kubernetes");
      file = join(who.folder, "outputs.json");
      writeFileSync(file, await pulumi(who, "stack", "output", "--json", "--stack", "kubernetes"));
    });

    it("holds in full", async () => {
      const text = await countersign(who, "verify", "--stack", "kubernetes", "--all");
      assert.match(text, /\d+ checks: all hold\.\n$/);
    });

    it("does not try without keys what is elsewhere", async () => {
      assert.deepEqual(await broken(), ["backend stock not-tried"]);
    });

    it("finds a Secret of the router's with the adapter's pair", async () => {
      const { router, adapter } = secretsOf(file);
      const other = await read<V1Secret>("secret", NAMESPACE, adapter);
      await changed("secret", NAMESPACE, router, { data: other.data }, async () => {
        const found = await broken();
        for (const code of ["certificate", "names"]) {
          assert.ok(found.includes(`Choreo Connect router ${code}`), found.join("\n"));
        }
      });
    });

    it("finds a configuration with which the router compares no names", async () => {
      const name = "choreo-connect-adapter-config-toml";
      const { data = {} } = await read<V1ConfigMap>("configmap", NAMESPACE, name);
      const toml = data["config.toml"]?.replace("verifyHostName = true", "verifyHostName = false");
      await changed("configmap", NAMESPACE, name, { data: { "config.toml": toml } }, async () => {
        assert.deepEqual(await broken(), [
          "Choreo Connect adapter upstream-tls",
          "Choreo Connect drift",
          "backend payments refuses-wrong-host",
          "backend ratings refuses-wrong-host",
          "backend stock not-tried",
        ]);
      });
    });

    it("finds that a backend lacks the CAs by which it knows the router, and `pulumi up --refresh` brings them back", async () => {
      await kubectl(["delete", "configmap", "-n", SHOP, "payments-router-ca"]);
      assert.deepEqual(await broken(), [
        "backend payments mounted-objects",
        "backend stock not-tried",
      ]);
      await pulumi(who, "up", "--yes", "--skip-preview", "--refresh", "--stack", "kubernetes");
      assert.deepEqual(await broken(), ["backend stock not-tried"]);
    });

    /** What does not hold, as `party code`. Whatever it is, there is something to do about it. */
    async function broken(): Promise<string[]> {
      const { stdout, stderr, status } = await verify("--outputs", file, "--json");
      assert.equal(stderr, "");
      const failed = (JSON.parse(stdout) as Check[]).filter(({ ok }) => !ok);
      for (const { todo } of failed) assert.ok(todo);
      assert.equal(status, failed.some(({ severity }) => severity === "error") ? 1 : 0);
      return failed.map(({ party, code }) => `${party} ${code}`).sort();
    }
  });

  it("compose holds in full, without a cluster", async () => {
    await up(who, "compose");
    const elsewhere = { ...who.environment, KUBECONFIG: "/does/not/exist" };
    const text = await countersign(
      { ...who, environment: elsewhere },
      ...["verify", "--stack", "compose", "--all"],
    );
    assert.match(text, /\d+ checks: all hold\.\n$/);
  });

  function set(path: string, value: string): Promise<string> {
    const key = `countersign:choreoConnect.${path}`;
    return run(who, "pulumi", ["config", "set", "--stack", "kubernetes", "--path", key, value]);
  }

  function verify(
    ...args: string[]
  ): Promise<Record<"stdout" | "stderr", string> & { status: number }> {
    const options = { cwd: who.folder, env: { ...process.env, ...who.environment } };
    return new Promise((done) => {
      execFile(process.execPath, [command, "verify", ...args], options, (error, stdout, stderr) =>
        done({ status: error === null ? 0 : Number(error.code), stdout, stderr }),
      );
    });
  }
});

/** Names of the gateway's Secrets. */
function secretsOf(outputs: string): Record<"router" | "adapter", string> {
  const { choreoConnect } = JSON.parse(readFileSync(outputs, "utf8")) as {
    choreoConnect: { secrets: Record<"router" | "adapter", string> };
  };
  return choreoConnect.secrets;
}

async function read<T>(kind: string, namespace: string, name: string): Promise<T> {
  return JSON.parse(await kubectl(["get", kind, "-n", namespace, name, "-o", "json"])) as T;
}

/** Changes the data of an object by hand, and undoes it afterwards. */
async function changed(
  kind: string,
  namespace: string,
  name: string,
  patch: { readonly data: unknown },
  work: () => Promise<void>,
): Promise<void> {
  const { data } = await read<{ data: unknown }>(kind, namespace, name);
  const apply = (content: object) =>
    kubectl(["patch", kind, "-n", namespace, name, "--type=merge", "-p", JSON.stringify(content)]);
  await apply(patch);
  try {
    await work();
  } finally {
    await apply({ data });
  }
}
