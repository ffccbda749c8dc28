import { chownSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { choosePort } from "../../../local/ports";
import { ensurePostgres, postgresAccount } from "../../backends/debian";
import { runToEnd } from "../../backends/server";
import { output } from "../process";
import { written } from "./page";
import { reloading, start, startOnChange } from "./processes";
import type { Callee, Client, Folders, Recipe } from "./recipe";

const PAGE = "postgresql";
const ROLE = "orders_app";
const SEEN = "select current_user, client_dn from pg_stat_ssl where pid = pg_backend_pid()";

export const postgresql: Recipe = {
  name: PAGE,
  server: "db",
  client: "orders",
  sees: `${ROLE}|/O=market/CN=orders`,
  refusals: {
    none: /connection requires a valid client certificate/,
    foreign: /tlsv1 alert unknown ca/,
    expired: /sslv3 alert certificate expired/,
    other: /certificate authentication failed for user "orders_app"/,
  },
  wrongHost: /server certificate for "db" .*does not match host name "elsewhere/,
  // SSLRequest of its protocol, and the answer of a server that speaks TLS.
  greeting: { says: Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]), hears: /^S/ },
  access: () => ({ mode: 0o440, group: postgresAccount()?.gid }),
  prepare: () => Promise.resolve(ensurePostgres()),
  ask,
  start: async (folders) => {
    const programs = ensurePostgres();
    const account = postgresAccount();
    const data = join(folders.own, "data");
    // Within its socket's folder, the server believes the system who a user is.
    const owner = account ? "postgres" : userInfo().username;
    if (account) chownSync(folders.own, account.uid, account.gid);
    const at = { cwd: folders.own, ...(account && { account }) };
    const initdb = ["--pgdata", data, "--username", owner, "--no-locale", "--no-sync"];
    await runToEnd({ ...at, file: join(programs, "initdb"), args: initdb, environment: {} });

    const port = await choosePort();
    const write = (name: string, text: string) => writeFileSync(join(data, name), text);
    const settings = written(PAGE, "ini", { "/tls/": `${folders.tls}/` });
    write("postgresql.conf", settings + ownSettings(port, folders));
    // The page has both files in a block; a comment names each.
    const [, access = "", map = ""] = written(PAGE, "conf", {}).split(/^# pg_\w+\.conf\n/m);
    write("pg_hba.conf", access);
    write("pg_ident.conf", map);
    const server = await start(
      folders,
      [join(programs, "postgres"), "-D", data],
      /database system is ready to accept connections/,
      { account, stopSignal: "SIGINT" },
    );

    const environment = { PGHOST: folders.own, PGPORT: String(port) };
    const psql = join(programs, "psql");
    const create = ["-U", owner, "-qc", `create role ${ROLE} login`, "postgres"];
    await runToEnd({ ...at, file: psql, args: create, environment });
    const reload = await startOnChange(PAGE, folders, {
      ...{ program: psql, account, environment },
      places: { postgres: owner },
      more: ["postgres"],
    });
    return reloading(port, server, reload);
  },
};

function ownSettings(port: number, { own }: Folders): string {
  return [
    `port = ${port}`,
    "listen_addresses = '127.0.0.1'",
    `unix_socket_directories = '${own}'`,
    "fsync = off", // nothing of it is kept
    "",
  ].join("\n");
}

/** Asks with psql, which reads files. */
async function ask({ port, host }: Callee, { certificate, key, cas }: Client): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "countersign-psql-"));
  try {
    const file = (name: string, content: string) => {
      writeFileSync(join(folder, name), content, { mode: 0o600 });
      return join(folder, name);
    };
    const env = {
      PATH: process.env.PATH,
      HOME: folder,
      ...{ PGHOST: host, PGHOSTADDR: "127.0.0.1", PGPORT: String(port) },
      ...{ PGUSER: ROLE, PGDATABASE: "postgres", PGCONNECT_TIMEOUT: "60" },
      ...{ PGSSLMODE: "verify-full", PGSSLROOTCERT: file("ca.crt", cas) },
      ...(certificate !== undefined && {
        PGSSLCERT: file("tls.crt", certificate),
        PGSSLKEY: file("tls.key", key ?? ""),
      }),
    };
    return (await output(join(ensurePostgres(), "psql"), ["-Atc", SEEN], { env })).trim();
  } finally {
    rmSync(folder, { recursive: true });
  }
}
