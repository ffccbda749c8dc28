import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { choosePort } from "../../../local/ports";
import { debianProgram } from "../../debian";
import { WRONG_HOST, askHttps } from "./clients";
import { written } from "./page";
import { reloading, start, startOnChange } from "./processes";
import type { Recipe } from "./recipe";

const program = () => debianProgram("nginx", "nginx-light");

export const nginx: Recipe = {
  name: "nginx",
  server: "web",
  client: "orders",
  sees: "orders",
  refusals: {
    none: /^400 .*No required SSL certificate was sent/s,
    foreign: /^400 .*The SSL certificate error/s,
    expired: /^400 .*The SSL certificate error/s,
    other: /^403 /,
  },
  wrongHost: WRONG_HOST,
  prepare: () => Promise.resolve(program()),
  ask: askHttps,
  start: async (folders) => {
    const port = await choosePort();
    const config = join(folders.own, "nginx.conf");
    const http = written("nginx", "nginx", {
      "/tls/": `${folders.tls}/`,
      "listen 443": `listen 127.0.0.1:${port}`,
    });
    writeFileSync(
      config,
      `pid ${folders.own}/pid;
events {}
http {
  access_log off;
  ${["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((each) => `${each}_temp_path ${folders.own}/${each};`).join(" ")}
${http}
}
`,
    );
    const from = ["-p", folders.own, "-c", config, "-e", "stderr"];
    const server = await start(
      folders,
      [program(), ...from, "-g", "daemon off; error_log stderr notice;"],
      /start worker process /,
      { stopSignal: "SIGTERM" },
    );
    const reload = await startOnChange("nginx", folders, { program: program(), more: from });
    return reloading(port, server, reload);
  },
};
