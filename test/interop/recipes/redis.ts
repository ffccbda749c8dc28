import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { choosePort } from "../../../local/ports";
import { debianProgram } from "../../debian";
import { WRONG_HOST, during } from "./clients";
import { written } from "./page";
import { reloading, start, startOnChange } from "./processes";
import type { Recipe } from "./recipe";

const program = (name: string) => debianProgram(name, "redis-server");

export const redis: Recipe = {
  name: "redis",
  server: "cache",
  client: "orders",
  sees: "default",
  refusals: {
    none: /tlsv13 alert certificate required/,
    foreign: /tlsv1 alert unknown ca/,
    expired: /sslv3 alert certificate expired/,
    other: undefined,
  },
  wrongHost: WRONG_HOST,
  prepare: () => Promise.resolve(program("redis-server")),
  ask: (callee, client) =>
    during({ callee, client }, async (dialog) => {
      dialog.says("ACL WHOAMI\r\n");
      const [, name = ""] = await dialog.hears(/^\$\d+\r\n(.*)\r\n/);
      return name;
    }),
  start: async (folders) => {
    const port = await choosePort();
    const socket = join(folders.own, "redis.sock");
    const config = join(folders.own, "redis.conf");
    const settings = written("redis", "conf", {
      "/tls/": `${folders.tls}/`,
      "/run/redis/redis.sock": socket,
      "tls-port 6379": `tls-port ${port}`,
    });
    writeFileSync(config, `${settings}bind 127.0.0.1\nsave ""\ndir ${folders.own}\n`);
    const server = await start(
      folders,
      [program("redis-server"), config],
      /Ready to accept connections/,
    );
    const reload = await startOnChange("redis", folders, {
      program: program("redis-cli"),
      places: { "/run/redis/redis.sock": socket },
    });
    return reloading(port, server, reload);
  },
};
