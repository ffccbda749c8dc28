// A client component in Node, without dependencies; called like the one in Go.
import { readFileSync } from "node:fs";
import { request } from "node:https";
import { join } from "node:path";

const { env } = process;
const [, , path, variable] = process.argv;

function read(file, content) {
  return env[file] === undefined ? env[content] : readFileSync(join(env.ROOT ?? "", env[file]));
}

const url = new URL(env[variable].replace(/\/$/, "") + path);
const [host, port] = env.RESOLVE.split(":");
request(
  url,
  {
    ...{ hostname: host, port, servername: url.hostname },
    cert: read("CERT_FILE_PATH", "TLS_CERT"),
    key: read("KEY_FILE_PATH", "TLS_KEY"),
    ca: read("CA_CERT_FILE_PATH", "TLS_CA_CERT"),
  },
  (response) => {
    process.exitCode = response.statusCode === 200 ? 0 : 1;
    response.pipe(process.stdout);
  },
)
  .once("error", (error) => {
    console.error(`${error.code}: ${error.message}`);
    process.exitCode = 1;
  })
  .end();
