import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { choosePort } from "../../../local/ports";
import { built } from "../programs";
import { WRONG_HOST, during } from "./clients";
import { written } from "./page";
import { reloading, start, startOnChange } from "./processes";
import type { Recipe } from "./recipe";

/** Builds the real server. */
async function program(): Promise<string> {
  const folder = await built("nats-server", join(__dirname, "nats-server"), (made) => [
    "-o",
    join(made, "nats-server"),
    "github.com/nats-io/nats-server/v2",
  ]);
  return join(folder, "nats-server");
}

const GREETING = { hears: /^INFO .*\r\n/ };

export const nats: Recipe = {
  name: "nats",
  server: "bus",
  client: "orders",
  sees: "CN=orders,O=market",
  refusals: {
    none: /alert certificate required/,
    foreign: /alert unknown ca/,
    expired: /alert certificate expired/,
    other: /Authorization Violation/,
  },
  wrongHost: WRONG_HOST,
  prepare: program,
  greeting: GREETING,
  ask: (callee, client) =>
    during({ callee, client, greeting: GREETING }, async (dialog) => {
      dialog.says('CONNECT {"verbose":false,"pedantic":false}\r\n');
      dialog.says("SUB _INBOX.me 1\r\nPUB $SYS.REQ.USER.INFO _INBOX.me 0\r\n\r\n");
      const [heard, user] = await dialog.hears(/"user":"([^"]*)"|^-ERR .*/m);
      if (user === undefined) throw new Error(heard);
      return user;
    }),
  start: async (folders) => {
    const port = await choosePort();
    const config = join(folders.own, "nats.conf");
    const settings = written("nats", "conf", {
      "/tls/": `${folders.tls}/`,
      "listen: 0.0.0.0:4222": `listen: 127.0.0.1:${port}`,
    });
    writeFileSync(config, settings);
    const pid = join(folders.own, "nats.pid");
    const command = [await program(), "-c", config];
    const server = await start(folders, [...command, "-P", pid], /Server is ready/);
    const places = { "/run/nats.pid": pid };
    const reload = await startOnChange("nats", folders, { program: await program(), places });
    return reloading(port, server, reload);
  },
};
