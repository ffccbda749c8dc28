import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { V1ConfigMap, V1Secret } from "@kubernetes/client-node";
import type { Check } from "../../verify/check";
import { countersign, installPackage, person, type Person, pulumi, up } from "./people";
import { kubectl } from "./kubectl";
import { Walk } from "./walk";

const command = resolve(__dirname, "..", "..", "cli", "countersign.cjs");
const EXAMPLE = "examples/choreo-connect";
const NAMESPACE = "ccverify-gateway";
const SHOP = "ccverify-shop";

describe(`countersign verify of the stacks of ${EXAMPLE}`, function () {
  this.timeout(900_000);
  let who: Person;

  before(async () => {
    who = await person("choreo-connect-verify");
    // Names that only this file uses, because other tests share the cluster.
    const file = `${EXAMPLE}/Pulumi.kubernetes.yaml`;
    who.clone
      .edit(
        file,
        "namespace: choreo-connect",
        `namespace: ${NAMESPACE}\n        createNamespace: true`,
      )
      .edit(file, "namespace: shop", `namespace: ${SHOP}`)
      .edit(file, "namespace: shop", `namespace: ${SHOP}`)
      .useStandIns(EXAMPLE)
      .commit();
  });

  describe("kubernetes, with the commands of its README", () => {
    const page = new Walk("examples/choreo-connect/README.md");
    let file: string;

    before(async () => {
      await page.next(who, ["cd "]);
      await page.next(who, ["npm install --no-save ../..", "pulumi stack init kubernetes"]);
      await page.next(who, ["pulumi up -s kubernetes"]);
      file = join(who.folder, "outputs.json");
      writeFileSync(file, await pulumi(who, "stack", "output", "--json", "--stack", "kubernetes"));
    });

    it("passes all checks", async () => {
      assert.match(await page.next(who, ["npx countersign verify"]), /\d+ checks: all hold\.\n$/);
      const text = await countersign(who, "verify", "--stack", "kubernetes", "--all");
      assert.match(text, /\d+ checks: all hold\.\n$/);
    });

    it("does not try backends elsewhere without keys", async () => {
      assert.deepEqual(await broken(), ["backend stock not-tried"]);
    });

    it("finds a Secret of the router with the adapter's pair", async () => {
      const { router, adapter } = secretsOf(file);
      const other = await read<V1Secret>("secret", NAMESPACE, adapter);
      await changed("secret", NAMESPACE, router, { data: other.data }, async () => {
        const found = await broken();
        for (const code of ["certificate", "names"]) {
          assert.ok(found.includes(`Choreo Connect router ${code}`), found.join("\n"));
        }
      });
    });

    it("finds a configuration that was changed by hand, which the adapter's variables override", async () => {
      const name = "choreo-connect-adapter-config-toml";
      const { data = {} } = await read<V1ConfigMap>("configmap", NAMESPACE, name);
      const toml = data["config.toml"]?.replace("verifyHostName = true", "verifyHostName = false");
      await changed("configmap", NAMESPACE, name, { data: { "config.toml": toml } }, async () => {
        assert.deepEqual(await broken(), ["Choreo Connect drift", "backend stock not-tried"]);
      });
    });

    it("finds an adapter that tells the router not to compare names", async () => {
      const adapter = "deployment/choreo-connect-adapter";
      const compares = async (value: boolean) => {
        const variable = `CC_ROUTER_UPSTREAM_TLS_VERIFYHOSTNAME=${value}`;
        await kubectl(["set", "env", "-n", NAMESPACE, adapter, variable]);
        await kubectl(["rollout", "status", "-n", NAMESPACE, adapter]);
      };
      await compares(false);
      try {
        assert.deepEqual(await broken(), [
          "Choreo Connect adapter upstream-tls",
          "backend payments refuses-wrong-host",
          "backend ratings refuses-wrong-host",
          "backend stock not-tried",
        ]);
      } finally {
        await compares(true);
      }
    });

    it("finds that a backend lacks the CAs for the router, and `pulumi up --refresh` restores them", async () => {
      await kubectl(["delete", "configmap", "-n", SHOP, "router-ca"]);
      assert.deepEqual(await broken(), [
        "backend payments mounted-objects",
        "backend stock not-tried",
      ]);
      await pulumi(who, "up", "--yes", "--skip-preview", "--refresh", "--stack", "kubernetes");
      assert.deepEqual(await broken(), ["backend stock not-tried"]);
    });

    it("is exported, and a shorter validity renews its certificates", async () => {
      await page.next(who, ["npx countersign choreo-connect export"]);
      await page.next(who, ["pulumi config set"]);
      const report = await page.next(who, ["npx countersign report"]);
      assert.match(report, /^\*\*\d certificates renewed, Choreo Connect router rolls\.\*\*$/m);
      page.end();
    });

    /** Returns the failed checks as `party code`. Each of them must say what to do. */
    async function broken(): Promise<string[]> {
      const { stdout, stderr, status } = await verify("--outputs", file, "--json");
      assert.equal(stderr, "");
      const failed = (JSON.parse(stdout) as Check[]).filter(({ ok }) => !ok);
      for (const { todo } of failed) assert.ok(todo);
      assert.equal(status, failed.some(({ severity }) => severity === "error") ? 1 : 0);
      return failed.map(({ party, code }) => `${party} ${code}`).sort();
    }
  });

  it("compose passes all checks, without a cluster", async () => {
    const environment = { ...who.environment, KUBECONFIG: "/does/not/exist" };
    const offline = { ...who, folder: join(who.clone.directory, EXAMPLE), environment };
    await installPackage(offline);
    await up(offline, "compose");
    const text = await countersign(offline, ...["verify", "--stack", "compose", "--all"]);
    assert.match(text, /\d+ checks: all hold\.\n$/);
  });

  after(() => {
    const files = ["compose", "kubernetes"].map((stack) => `${EXAMPLE}/Pulumi.${stack}.yaml`);
    assert.deepEqual(who.clone.changed(), files);
  });

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

/** Returns the names of the gateway's Secrets. */
function secretsOf(outputs: string): Record<"router" | "adapter", string> {
  const { choreoConnect } = JSON.parse(readFileSync(outputs, "utf8")) as {
    choreoConnect: { secrets: Record<"router" | "adapter", string> };
  };
  return choreoConnect.secrets;
}

async function read<T>(kind: string, namespace: string, name: string): Promise<T> {
  return JSON.parse(await kubectl(["get", kind, "-n", namespace, name, "-o", "json"])) as T;
}

/** Changes the data of an object by hand, and restores it afterwards. */
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
