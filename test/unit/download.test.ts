import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { downloadCli } from "../../toolchain/download";
import { ensureToolchain } from "../../toolchain";
import { tools, type ProgramTool } from "../../toolchain/tools";

/** In ms. */
const PATIENCE = 200;

describe("the Pulumi CLI, which is missing", () => {
  const cli = tools.find(({ name }) => name === "pulumi") as ProgramTool;
  let folder: string;
  let written: string;
  const output = { write: (text: string) => (written += text) };
  /** Stands for the open internet: what it answers to whoever asks for the installer. */
  const withInternet = async <T>(
    answer: RequestListener,
    use: (installer: string) => Promise<T>,
  ): Promise<T> => {
    const server = createServer(answer).listen(0, "127.0.0.1");
    await once(server, "listening");
    try {
      return await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  };
  const install = ({ root }: { readonly root: string }) => {
    mkdirSync(join(root, "bin"), { recursive: true });
    for (const name of ["pulumi", "pulumi-language-nodejs"])
      writeFileSync(join(root, "bin", name), "#!/bin/sh\n", { mode: 0o755 });
    return Promise.resolve();
  };
  const asked: string[] = [];
  const open: RequestListener = ({ method }, response) => {
    asked.push(method ?? "");
    response.end();
  };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "countersign-download-"));
    written = "";
    asked.length = 0;
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("is downloaded once where the internet is open", async () => {
    const found = await withInternet(open, (installer) =>
      downloadCli(cli, folder, output, { installer, patience: PATIENCE, install }),
    );
    assert.equal(found, join(folder, `pulumi-${cli.version}-downloaded`, "bin"));
    assert.deepEqual(readdirSync(found).sort(), ["pulumi", "pulumi-language-nodejs"]);
    assert.deepEqual(asked, ["HEAD"]);
    assert.match(written, /^downloading pulumi 3\.\d+\.0: from http:.*\n.*done in \d+ s\n$/);
    const downloads = {
      installer: "http://127.0.0.1:9",
      patience: PATIENCE,
      install: refuseInstall,
    };
    assert.equal(await downloadCli(cli, folder, output, downloads), found);
  });

  it("is not downloaded where nothing answers, or not in time, or not with the installer", async () => {
    const decide = (installer: string) =>
      downloadCli(cli, folder, output, { installer, patience: PATIENCE, install: refuseInstall });
    assert.equal(await decide("http://127.0.0.1:9"), undefined);
    assert.equal(await withInternet(() => undefined, decide), undefined);
    const portal: RequestListener = (_, response) => response.writeHead(403).end();
    assert.equal(await withInternet(portal, decide), undefined);
    assert.equal(written, "");
  });

  it("is built where the download breaks off, which leaves nothing behind", async () => {
    const breaks = (options: { readonly root: string }) =>
      install(options).then(() => Promise.reject(new Error("connection reset")));
    const found = await withInternet(open, (installer) =>
      downloadCli(cli, folder, output, { installer, patience: PATIENCE, install: breaks }),
    );
    assert.equal(found, undefined);
    assert.match(written, /failed after \d+ s\n$/);
    assert.deepEqual(readdirSync(folder), []);
  });

  it("is on the PATH of a toolchain that has downloaded it, with its language plugin", async () => {
    const home = join(folder, "home");
    for (const tool of tools) {
      if (tool.kind !== "plugin") continue;
      const plugin = join(home, "plugins", `resource-${tool.provider}-v${tool.version}`);
      mkdirSync(plugin, { recursive: true });
      writeFileSync(join(plugin, tool.name), "", { mode: 0o755 });
    }
    const toolchain = await withInternet(open, (installer) =>
      ensureToolchain(["pulumi"], {
        env: { PATH: "/nonexistent", PULUMI_HOME: home, XDG_CACHE_HOME: join(folder, "cache") },
        output,
        downloads: { installer, patience: PATIENCE, install },
      }),
    );
    assert.equal(toolchain.tools.get("pulumi")?.origin, "downloaded");
    assert.deepEqual(readdirSync(toolchain.binDir).sort(), ["pulumi", "pulumi-language-nodejs"]);
    assert.deepEqual(toolchain.env, { PATH: `${toolchain.binDir}:/nonexistent` });
  });
});

const refuseInstall = () => assert.fail("nothing should be installed");
