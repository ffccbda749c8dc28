import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { choosePort } from "../../../local/ports";
import { envoy as program } from "../choreo-connect/envoy";
import { EXTENSIONS } from "../choreo-connect/envoy-config";
import { WRONG_HOST, askHttps } from "./clients";
import { written } from "./page";
import { reloading, start } from "./processes";
import type { Recipe } from "./recipe";

export const envoy: Recipe = {
  name: "envoy",
  server: "edge",
  client: "checkout",
  sees: "spiffe://market.example/checkout",
  refusals: {
    none: /alert certificate required/,
    foreign: /alert unknown ca/,
    expired: /alert certificate expired/,
    other: /alert/,
  },
  wrongHost: WRONG_HOST,
  prepare: program,
  ask: askHttps,
  start: async (folders) => {
    const port = await choosePort();
    for (const [position, name] of ["own.yaml", "callers.yaml"].entries()) {
      const secret = written(
        "envoy",
        "yaml",
        { "/tls/": `${folders.tls}/`, "path: /tls ": `path: ${folders.tls} ` },
        position + 1,
      );
      writeFileSync(join(folders.own, name), secret);
    }
    const folder = { "/etc/envoy": folders.own };
    const socket = parse(written("envoy", "yaml", folder, 3)) as object;
    const config = join(folders.own, "envoy.json");
    writeFileSync(config, JSON.stringify(bootstrap(port, socket)));
    const options = ["--concurrency", "1", "--disable-hot-restart"];
    const server = await start(
      folders,
      [await program(), "--config-path", config, ...options],
      /starting main dispatch loop/,
    );
    return reloading(port, server);
  },
};

/** Returns a configuration with one listener, which answers with the name that it sees. */
function bootstrap(port: number, transportSocket: object): object {
  const connections = {
    "@type": `${EXTENSIONS}.filters.network.http_connection_manager.v3.HttpConnectionManager`,
    stat_prefix: "edge",
    route_config: {
      virtual_hosts: [
        {
          name: "all",
          domains: ["*"],
          routes: [{ match: { prefix: "/" }, direct_response: { status: 200 } }],
        },
      ],
    },
    local_reply_config: { body_format: { text_format_source: SEEN } },
    http_filters: [
      {
        name: "envoy.filters.http.router",
        typed_config: { "@type": `${EXTENSIONS}.filters.http.router.v3.Router` },
      },
    ],
  };
  const filter = {
    name: "envoy.filters.network.http_connection_manager",
    typed_config: connections,
  };
  return {
    node: { id: "edge", cluster: "edge" },
    static_resources: {
      listeners: [
        {
          name: "listener",
          address: { socket_address: { address: "127.0.0.1", port_value: port } },
          filter_chains: [{ filters: [filter], ...transportSocket }],
        },
      ],
    },
  };
}

const SEEN = { inline_string: "%DOWNSTREAM_PEER_URI_SAN%" };
