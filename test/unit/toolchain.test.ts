import assert from "node:assert/strict";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cacheDir, cacheKey, linkInPlace, modulesDir, goEnvironment } from "../../toolchain/build";
import { announceBuilds, ensureToolchain, fileOf } from "../../toolchain";
import {
  keepFamiliesTogether,
  lookUp,
  findVersion,
  isWithin,
  type Lookup,
} from "../../toolchain/path-lookup";
import { duration } from "../../host";
import { withProgress } from "../../toolchain/progress";
import { groups, tools, toolsOf, type Tool } from "../../toolchain/tools";

describe("toolchain", () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "countersign-toolchain-"));
  });

  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  describe("versions", () => {
    for (const [answer, version] of [
      ["v3.245.0\n", "3.245.0"],
      ["Kubernetes v1.36.3\n", "1.36.3"],
      ["etcd Version: 3.6.7\nGit SHA: abc\nGo Version: go1.26.8\n", "3.6.7"],
      ["kwok version v0.8.0 go1.26.8 (linux/amd64)\n", "0.8.0"],
      ["v3.18.6+gb76a950\n", "3.18.6"],
      ["no such command\n", undefined],
    ] as const) {
      it(`reads ${JSON.stringify(answer.split("\n")[0])}`, () => {
        assert.deepEqual(findVersion(answer), version);
      });
    }

    it("includes a range's lower end and excludes its upper end", () => {
      const range = { from: "3.245.0", below: "4.0.0" };
      const serves = (text: string): boolean => {
        const version = findVersion(text);
        assert.ok(version);
        return isWithin(version, range);
      };
      assert.deepEqual(["3.245.0", "3.245.1", "3.1000.0"].map(serves), [true, true, true]);
      assert.deepEqual(["3.244.9", "2.999.0", "4.0.0"].map(serves), [false, false, false]);
    });
  });

  describe("the table of tools", () => {
    it("builds the versions that package.json asks for", () => {
      const text = readFileSync(join(__dirname, "..", "..", "package.json"), "utf8");
      const { dependencies } = JSON.parse(text) as { dependencies: Record<string, string> };
      const built = new Map(tools.map((tool) => [tool.name, tool.version]));
      // The oldest version that the package accepts, which package-lock.json pins.
      assert.equal(`^${built.get("pulumi") ?? ""}`, dependencies["@pulumi/pulumi"]);
      for (const provider of ["kubernetes", "random", "tls"]) {
        const version = built.get(`pulumi-resource-${provider}`) ?? "";
        assert.equal(`^${version}`, dependencies[`@pulumi/${provider}`]);
      }
    });

    it("pins each build's module, which requires the stated version", () => {
      for (const { build, name, version } of tools) {
        const module = join(modulesDir, build.module);
        assert.ok(existsSync(join(module, "go.sum")), name);
        const text = readFileSync(join(module, "go.mod"), "utf8");
        const owner = /^(.+?)\/(?:cmd|nodejs)\//.exec(build.package)?.[1] ?? build.package;
        if (!owner.startsWith(".")) assert.ok(text.includes(`${owner} v${version}`), name);
      }
    });

    it("has tools in every group", () => {
      for (const group of groups) assert.notEqual(toolsOf([group]).length, 0, group);
    });
  });

  describe("the cache", () => {
    const etcd = toolNamed("etcd");

    it("is in the user's folder for caches", () => {
      const own = join(folder, "countersign", "toolchain");
      assert.equal(cacheDir({ XDG_CACHE_HOME: folder }), own);
      assert.match(cacheDir({ XDG_CACHE_HOME: "" }), /\.cache.countersign.toolchain$/);
    });

    it("keys a binary by every file of its module and by its build settings", () => {
      writeFileSync(join(folder, "go.mod"), "module x\n");
      writeFileSync(join(folder, "go.sum"), "");
      const keys = [cacheKey(etcd, folder)];
      assert.match(keys[0] ?? "", /^etcd-3\.6\.7-[0-9a-f]{12}$/);
      assert.equal(cacheKey(etcd, folder), keys[0]);
      writeFileSync(join(folder, "go.sum"), "x v1.0.0 h1:abc=\n");
      keys.push(cacheKey(etcd, folder));
      mkdirSync(join(folder, "sub"));
      writeFileSync(join(folder, "sub", "main.go"), "package main\n");
      keys.push(cacheKey(etcd, folder));
      const changed = { ...etcd, build: { ...etcd.build, variables: { "main.x": "1" } } };
      keys.push(cacheKey(changed, folder));
      assert.equal(new Set(keys).size, keys.length);
    });

    it("replaces a linked file in one step", () => {
      const [one, two] = [join(folder, "one"), join(folder, "two")];
      const link = join(folder, "bin", "tool");
      writeFileSync(one, "1");
      writeFileSync(two, "2");
      linkInPlace(one, link);
      linkInPlace(one, link);
      linkInPlace(two, link);
      assert.equal(readFileSync(link, "utf8"), "2");
      assert.deepEqual(readdirSync(join(folder, "bin")), ["tool"]);
    });
  });

  describe("an installed tool", () => {
    const program = (name: string, says: string): void => {
      writeFileSync(join(folder, name), `#!/bin/sh\necho '${says}'\n`);
      chmodSync(join(folder, name), 0o755);
    };
    const env = (): NodeJS.ProcessEnv => ({ PATH: folder, PULUMI_HOME: join(folder, "home") });

    it("is used in an accepted version; otherwise the reason says what is wrong", async () => {
      program("etcd", "etcd Version: 3.4.0");
      program("kwok", "kwok version v0.8.1");
      const found = await lookUp([toolNamed("etcd"), toolNamed("kwok"), toolNamed("helm")], env());
      assert.deepEqual(found.get("kwok"), {
        found: join(folder, "kwok"),
        version: "0.8.1",
      });
      assert.deepEqual(found.get("etcd"), {
        missing: `${join(folder, "etcd")} is 3.4.0, at least 3.5.0 and below 4.0.0 is needed`,
      });
      assert.deepEqual(found.get("helm"), { missing: "not on PATH" });
    });

    it("is used as the CLI only together with its language plugin", async () => {
      program("pulumi", "v3.250.0");
      const cli = [toolNamed("pulumi"), toolNamed("pulumi-language-nodejs")];
      const without = await lookUp(cli, env());
      assert.deepEqual(without.get("pulumi"), {
        missing: "pulumi-language-nodejs is not installed with it",
      });
      program("pulumi-language-nodejs", "");
      const together = await lookUp(cli, env());
      assert.deepEqual(
        [...together.values()].map((lookup) => "found" in lookup),
        [true, true],
      );
    });

    it("is used from Kubernetes only if all its programs have one minor version", () => {
      const kubernetes = tools.filter((tool) => tool.name.startsWith("kube-"));
      const at = (minor: number): Lookup => ({
        found: "/x",
        version: `1.${minor}.0`,
      });
      const look = (minors: readonly number[]): boolean[] => {
        const lookups = new Map(kubernetes.map((tool, i) => [tool.name, at(minors[i] ?? 0)]));
        return [...keepFamiliesTogether(kubernetes, lookups).values()].map((l) => "found" in l);
      };
      assert.deepEqual(look([34, 34, 34]), [true, true, true]);
      assert.deepEqual(look([34, 35, 34]), [false, false, false]);
    });

    it("is used unchanged: nothing is built and nothing overridden", async () => {
      program("pulumi", "v3.250.0");
      program("pulumi-language-nodejs", "");
      for (const tool of tools) {
        if (tool.kind !== "plugin") continue;
        const plugin = `resource-${tool.provider}-v${tool.version}`;
        mkdirSync(join(folder, "home", "plugins", plugin), { recursive: true });
        program(join("home", "plugins", plugin, tool.name), "");
      }
      const cache = join(folder, "cache");
      const options = {
        env: { ...env(), XDG_CACHE_HOME: cache },
        output: refuseOutput,
        downloads: { installer: "http://127.0.0.1:9", patience: 50, install: refuseInstall },
      };
      const toolchain = await ensureToolchain(["pulumi"], options);
      assert.deepEqual(toolchain.env, {});
      assert.equal(toolchain.pulumiHome, join(folder, "home"));
      assert.equal(fileOf(toolchain, "pulumi"), join(folder, "pulumi"));
      assert.throws(() => fileOf(toolchain, "etcd"), /has no etcd: ask ensureToolchain/);
    });
  });

  describe("the Go environment", () => {
    it("lets nothing relax the checks against go.sum", () => {
      const env = goEnvironment({
        GOFLAGS: "-insecure -mod=mod",
        GOPROXY: "https://proxy.example",
      });
      assert.equal(env.GOFLAGS, "-mod=readonly");
      assert.equal(env.GOPROXY, "https://proxy.example");
    });
  });

  describe("progress", () => {
    const record = async (isTTY: boolean): Promise<string> => {
      let written = "";
      const output = { isTTY, write: (text: string) => (written += text) };
      await withProgress(output, "building x 1.0", "not on PATH", () => Promise.resolve());
      return written;
    };

    it("begins with what all builds take, and how to avoid them", () => {
      let written = "";
      const output = { write: (text: string) => (written += text) };
      announceBuilds([], output);
      assert.equal(written, "");
      announceBuilds([toolNamed("etcd"), toolNamed("kwok")], output);
      assert.equal(
        written,
        "building what this machine lacks: etcd 3.6.7, kwok 0.8.0. This takes about 2 min on two cores and 91 MB, once. To avoid it, install these programs; toolchain/README.md lists the accepted versions\n",
      );
    });

    it("is seen in a log, too: a line goes on telling the time", async () => {
      const lines: string[] = [];
      let finish = () => undefined as unknown;
      const output = {
        write: (text: string) => {
          lines.push(text);
          if (lines.length === 3) finish();
        },
      };
      const action = () => new Promise<void>((resolve) => (finish = resolve));
      await withProgress(output, "building x 1.0", "not on PATH", action, 1);
      assert.deepEqual(lines.slice(1, 3), ["building x 1.0 … 0 s\n", "building x 1.0 … 0 s\n"]);
    });

    it("is two lines in a log if it does not take a minute", async () => {
      const lines = "building x 1.0: not on PATH … 0 s\nbuilding x 1.0: done in 0 s\n";
      assert.equal(await record(false), lines);
    });

    it("is one line, which is overwritten, on a terminal", async () => {
      const written = await record(true);
      assert.equal(written.split("\n").length, 2);
      assert.ok(written.startsWith("\r\u001b[K"));
    });

    it("is shown in minutes from 60 seconds on", () => {
      assert.deepEqual([0.4, 59, 60, 185].map(duration), ["0 s", "59 s", "1 min", "3 min 5 s"]);
    });
  });
});

const refuseInstall = () => assert.fail("nothing should be installed");

const refuseOutput = {
  write(text: string): void {
    assert.fail(`nothing should be built, but: ${text}`);
  },
};

function toolNamed(name: string): Tool {
  const tool = tools.find((candidate) => candidate.name === name);
  assert.ok(tool, name);
  return tool;
}
