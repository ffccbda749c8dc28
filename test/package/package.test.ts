import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { exports as exported } from "../../package.json";
import { reportApi } from "../../packaging/api";
import { blocksOf } from "../pages";
import { install, installTypeScript, pack, type Tarball } from "./pack";

const run = promisify(execFile);
const COMPONENTS = Object.entries(exported).flatMap(([path, target]) =>
  typeof target === "object" && target.default.startsWith("./dist/")
    ? [`countersign${path.slice(1)}`]
    : [],
);

describe("the package", function () {
  this.timeout(600_000); // npm installs from a registry
  let folder: string;
  let tarball: Tarball;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "countersign-package-"));
    tarball = await pack(join(folder, "packed"));
    write("package.json", JSON.stringify({ name: "consumer", private: true }));
    await install(folder, tarball);
  });
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  const write = (file: string, text: string) => writeFileSync(join(folder, file), text);
  /** Runs a program of Node in the project. @returns what it prints, as JSON. */
  const node = async (file: string, text: string, ...flags: string[]): Promise<unknown> => {
    write(file, text);
    const { stdout } = await run(process.execPath, [...flags, file], { cwd: folder });
    return JSON.parse(stdout);
  };
  const read = (path: string) =>
    readFileSync(join(folder, "node_modules", "countersign", path), "utf8");
  const countersign = async (...args: string[]) =>
    (await run(join(folder, "node_modules", ".bin", "countersign"), args, { cwd: folder })).stdout;

  it("has fewer than 300 files and 1.5 MB, packed and unpacked", () => {
    assert.ok(tarball.files.length < 300, `${tarball.files.length} files`);
    assert.ok(tarball.unpackedSize < 1.5 * 2 ** 20, `${tarball.unpackedSize} bytes`);
  });

  it("has JavaScript with source maps, types and what people read, and nothing else", () => {
    const paths = tarball.files.map(({ path }) => path);
    const other = paths.filter(
      (path) => !/^(dist\/.+(\.js|\.js\.map|\.d\.ts)|templates\/.+\.(json|yaml|md))$/.test(path),
    );
    assert.deepEqual(other.sort(), [
      "LICENSE",
      "README.md",
      "cli/countersign.cjs",
      "config/schema.json",
      "host/compile-cache.cjs",
      "package.json",
      "program.cjs",
      "program.d.cts",
    ]);
    assert.deepEqual(
      paths.filter((path) => /(^|\/)(test|bench|local|toolchain)\//.test(path)),
      [],
    );
    // Files that only pass on what others export have no map.
    const unmapped = tarball.files.filter(
      ({ path, size }) => path.endsWith(".js") && size > 2_000 && !paths.includes(`${path}.map`),
    );
    assert.deepEqual(unmapped, []);
  });

  it("installs no TypeScript and no compiler", async () => {
    const { stdout } = await run("npm", ["ls", "--all", "--parseable"], { cwd: folder });
    const names = stdout.split("\n").map((path) => path.split("node_modules/").at(-1));
    assert.ok(names.includes("@pulumi/pulumi"));
    const compilers = ["typescript", "ts-node", "tsx", "rolldown", "esbuild", "@types/mocha"];
    assert.deepEqual(
      compilers.filter((name) => names.includes(name)),
      [],
    );
  });

  it("is imported by ES modules and by CommonJS, as the same classes, and registers nothing", async () => {
    const imports = COMPONENTS.map((name, at) => `import * as e${at} from "${name}";`);
    const found = await node(
      "imports.mjs",
      `import { createRequire } from "node:module";
      import { runtime } from "@pulumi/pulumi";
      ${imports.join("\n")}
      import { pki, choreoConnect } from "countersign";
      import program from "countersign/program";
      import schema from "countersign/schema.json" with { type: "json" };
      const registered = [];
      runtime.setMocks({
        newResource: ({ name, inputs }) => (registered.push(name), { id: name, state: inputs }),
        call: ({ inputs }) => inputs,
      });
      const require = createRequire(import.meta.url);
      const names = ${JSON.stringify(COMPONENTS)};
      const required = names.map((name) => require(name));
      await runtime.disconnect();
      console.log(JSON.stringify({
        registered,
        program: program === require("countersign/program") && typeof program,
        schema: schema.$schema !== undefined,
        same: pki.CertificateAuthority === require("countersign/pki").CertificateAuthority,
        other: choreoConnect.ChoreoConnect === require("countersign/choreo-connect").ChoreoConnect,
        lost: names.filter((_, at) => {
          const own = [${COMPONENTS.map((_, at) => `e${at}`).join(", ")}][at];
          return Object.keys(required[at]).some((key) => !(key in own));
        }),
      }));`,
    );
    assert.deepEqual(found, {
      registered: [],
      program: "function",
      schema: true,
      same: true,
      other: true,
      lost: [],
    });
  });

  it("loads for each import its own code only", async () => {
    const loaded = await node(
      "loaded.cjs",
      `require("countersign/pki");
      const own = Object.keys(require.cache).filter((file) => /node_modules.countersign./.test(file));
      console.log(JSON.stringify(own));`,
    );
    const shared = (loaded as string[]).map((file) => file.split(/[\\/]/).at(-1));
    assert.deepEqual(
      shared.filter((file) =>
        /spinnaker|choreo|substra|kubernetes|enrollment|cli|program/.test(file ?? ""),
      ),
      [],
    );
    assert.ok(shared.includes("pki.js"), shared.join());
  });

  it("names sources in stack traces", async () => {
    const stack = await node(
      "trace.cjs",
      `const { CertificateAuthority } = require("countersign/pki");
      const generations = { g1: { kind: "existing", state: "trusted", certificate: "none" } };
      try {
        new CertificateAuthority("ca", { subject: { commonName: "x" }, generations });
      } catch (error) {
        console.log(JSON.stringify(error.stack));
      }`,
      "--enable-source-maps",
    );
    assert.match(String(stack), /components\/pki\/certificate-authority\.ts:\d+/);
  });

  it("brings the command, which loads no Pulumi", async () => {
    const { version } = JSON.parse(read("package.json")) as { version: string };
    assert.equal((await countersign("--version")).trim(), version);
    assert.match(await countersign("report", "--help"), /^Usage: countersign report/);
    assert.match(await countersign("completion", "bash"), /complete .*countersign/);
    const loaded = await node(
      "command.cjs",
      `require(require("node:path").resolve("node_modules/countersign/dist/cli.js"));
      console.log(JSON.stringify(Object.keys(require.cache)));`,
    );
    assert.deepEqual(
      (loaded as string[]).filter((file) => /node_modules.(@pulumi|@kubernetes)./.test(file)),
      [],
    );
  });

  it("has types that strict programs accept, whatever way they resolve modules", async () => {
    await installTypeScript(folder);
    const [program] = blocksOf("docs/components.md").filter(({ language }) => language === "ts");
    assert.ok(program && program.lines.length <= 32, "the program of docs/components.md");
    write("index.ts", `${program.lines.join("\n")}\n`);
    write(
      "all.ts",
      `${COMPONENTS.map((name, at) => `import * as e${at} from "${name}";`).join("\n")}
      import { pki, type substra } from "countersign";
      import { CertificateAuthority, type AuthorityArgs } from "countersign/pki";
      import program from "countersign/program";
      import { output } from "@pulumi/pulumi";
      // A class of one import is that of the other.
      export const same = (ca: CertificateAuthority): pki.CertificateAuthority => ca;
      // A CA is a component or plain values and outputs.
      export const given: AuthorityArgs[] = [
        new CertificateAuthority("ca", { subject: { commonName: "x" }, generations: {} }),
        { signing: { name: "g1", certificatePem: output("pem"), privateKeyPem: "pem" } },
      ];
      export const args: Pick<substra.OrchestratorArgs, "namespace" | "authority"> = {
        namespace: "shop",
        authority: given[0] as AuthorityArgs,
      };
      // @ts-expect-error A number is no name.
      export const wrong: substra.OrchestratorArgs["namespace"] = 1;
      export const run: () => Promise<Record<string, unknown>> = program;
      export const everything = [${COMPONENTS.map((_, at) => `e${at}`).join(", ")}];\n`,
    );
    for (const resolution of [
      ["--module", "nodenext"],
      // A dependency of a dependency (@peculiar/asn1-schema) has types that this mode does not accept.
      ["--module", "node16", "--skipLibCheck"],
      ["--module", "commonjs", "--moduleResolution", "node10", "--esModuleInterop"],
      ["--module", "preserve", "--moduleResolution", "bundler"],
    ]) {
      const tsc = join(folder, "node_modules", ".bin", "tsc");
      const args = ["--strict", "--noEmit", "--target", "es2022", ...resolution];
      try {
        await run(tsc, [...args, "index.ts", "all.ts"], { cwd: folder });
      } catch (error) {
        assert.fail(`${resolution.join(" ")}:\n${(error as { stdout: string }).stdout}`);
      }
    }
  });

  it("has the public types that docs/api writes down: after a wanted change, `npm run api`", () => {
    assert.deepEqual(reportApi({ write: false }), []);
  });
});
