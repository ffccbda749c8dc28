import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { choosePort } from "../../../local/ports";
import { WRONG_HOST, askHttps } from "./clients";
import { written } from "./page";
import { reloading, start } from "./processes";
import type { Recipe } from "./recipe";

export const node: Recipe = {
  name: "node",
  server: "basket",
  client: "orders",
  sees: "orders",
  refusals: {
    none: /alert certificate required/,
    foreign: /socket hang up/,
    expired: /socket hang up/,
    other: /^403 reports/,
  },
  reports: {
    foreign: /refused: UNABLE_TO_VERIFY_LEAF_SIGNATURE/,
    expired: /refused: CERT_HAS_EXPIRED/,
  },
  wrongHost: WRONG_HOST,
  prepare: () => Promise.resolve(),
  ask: askHttps,
  start: async (folders) => {
    const port = await choosePort();
    const program = join(folders.own, "basket.cjs");
    const places = {
      "/tls/": `${folders.tls}/`,
      'watch("/tls"': `watch("${folders.tls}"`,
      "listen(8443": `listen(${port}, "127.0.0.1"`,
    };
    writeFileSync(program, written("node", "js", places));
    const server = await start(folders, [process.execPath, program], /listening/);
    return reloading(port, server);
  },
};
