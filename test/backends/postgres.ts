import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chownSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensurePki } from "../../local/pki";
import { choosePort } from "../../local/ports";
import { killNow, lockFolder, type TestBackend } from "./backend";
import { ensurePostgres, postgresAccount } from "./debian";
import { Server, runToEnd } from "./server";

const USER = "countersign";
const DATABASE = "postgres"; // the one that a new server has

/** Starts PostgreSQL on loopback, with TLS and a random password. */
export async function startPostgres(): Promise<TestBackend> {
  const programs = ensurePostgres();
  const account = postgresAccount();
  // Not below the folder of the other tests, which only its owner may enter.
  const directory = mkdtempSync(join(tmpdir(), "countersign-postgres-"));
  const password = randomBytes(18).toString("base64url");
  const pki = await ensurePki(join(directory, "pki"));
  const { certificate, key } = pki.etcdServer;
  const login = join(directory, "password");
  writeFileSync(login, password, { mode: 0o600 });
  if (account !== undefined) {
    for (const path of [directory, join(directory, "pki"), certificate, key, login]) {
      chownSync(path, account.uid, account.gid);
    }
  }
  const data = join(directory, "data");
  const at = { cwd: directory, environment: {}, ...(account && { account }) };
  await runToEnd({
    ...at,
    file: join(programs, "initdb"),
    args: ["--pgdata", data, "--username", USER, "--pwfile", login, ...NEW_DATABASE],
  });
  rmSync(login);
  const port = await choosePort();
  const settings = {
    listen_addresses: "127.0.0.1",
    port: String(port),
    unix_socket_directories: "",
    ssl: "on",
    ssl_cert_file: certificate,
    ssl_key_file: key,
    fsync: "off", // nothing of it is kept
  };
  const args = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const server = await Server.start(
    { ...at, file: join(programs, "postgres"), args: ["-D", data, ...args] },
    /database system is ready to accept connections/,
    "SIGINT",
  );

  const ca = pki.etcdCa;
  const query = new URLSearchParams({ sslmode: "verify-full", sslrootcert: ca });
  const ask = {
    PGHOST: "127.0.0.1",
    ...{ PGPORT: String(port), PGUSER: USER, PGPASSWORD: password, PGDATABASE: DATABASE },
    ...{ PGSSLMODE: "verify-full", PGSSLROOTCERT: ca },
  };
  return {
    url: `postgres://${USER}:${password}@127.0.0.1:${port}/${DATABASE}?${query.toString()}`,
    environment: {},
    secrets: [password],
    locks: (stack) => {
      const sql = `select key from pulumi_state where strpos(key, '${lockFolder(stack)}/') > 0`;
      const options = { env: { PATH: process.env.PATH, ...ask }, encoding: "utf8" } as const;
      const printed = execFileSync(join(programs, "psql"), ["-At", "-c", sql], options);
      return printed.split("\n").filter((line) => line !== "");
    },
    kill: killNow,
    end: async () => {
      await server.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

const NEW_DATABASE = ["--auth=scram-sha-256", "--encoding=UTF8", "--no-locale", "--no-sync"];
