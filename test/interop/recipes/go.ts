import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { goEnvironment } from "../../../toolchain/build";
import { choosePort } from "../../../local/ports";
import { output } from "../process";
import { BUILD_PATIENCE } from "../programs";
import { WRONG_HOST, askHttps } from "./clients";
import { written } from "./page";
import { reloading, start } from "./processes";
import type { Recipe } from "./recipe";

export const go: Recipe = {
  name: "go",
  server: "stock",
  client: "orders",
  sees: "orders",
  refusals: {
    none: /alert certificate required/,
    foreign: /alert unknown ca/,
    expired: /alert/,
    other: /^403 reports/,
  },
  wrongHost: WRONG_HOST,
  prepare: () => Promise.resolve(),
  ask: askHttps,
  start: async (folders) => {
    const port = await choosePort();
    writeFileSync(
      join(folders.own, "main.go"),
      written("go", "go", {
        "/tls/": `${folders.tls}/`,
        ":8443": `127.0.0.1:${port}`,
        "log.Fatal(server.": 'log.Print("listening")\n\tlog.Fatal(server.',
      }),
    );
    const program = join(folders.own, "stock");
    await output("go", ["build", "-o", program, "main.go"], {
      ...{ cwd: folders.own, env: goEnvironment(process.env), timeout: BUILD_PATIENCE },
    });
    const server = await start(folders, [program], /listening/);
    return reloading(port, server);
  },
};
