import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { choosePort } from "../../../local/ports";
import { JAVA_OPTIONS } from "../java/maven";
import { javaVersion } from "../java/stores";
import { output } from "../process";
import { WRONG_HOST, askHttps } from "./clients";
import { written } from "./page";
import { restartable, start } from "./processes";
import type { Recipe } from "./recipe";

export const java: Recipe = {
  name: "java",
  server: "ledger",
  client: "orders",
  sees: "CN=orders,O=market",
  refusals: {
    none: /socket hang up/,
    foreign: /socket hang up/,
    expired: /socket hang up/,
    other: /^403 CN=reports/,
  },
  reports: {
    none: /Empty client certificate chain/,
    foreign: /PKIX path (building|validation) failed/,
    expired: /CertificateExpiredException/,
  },
  wrongHost: WRONG_HOST,
  prepare: javaVersion,
  ask: askHttps,
  start: async (folders) => {
    const port = await choosePort();
    const places = {
      "/tls/": `${folders.tls}/`,
      "InetSocketAddress(8443)": `InetSocketAddress("127.0.0.1", ${port})`,
    };
    writeFileSync(join(folders.own, "Ledger.java"), written("java", "java", places));
    // Java's server reports refusals only if it is asked for more than warnings.
    const logging = join(folders.own, "logging.properties");
    writeFileSync(logging, LOGGING);
    const options = [...JAVA_OPTIONS, `-Djava.util.logging.config.file=${logging}`];
    await output("javac", ["-d", folders.own, "Ledger.java"], { cwd: folders.own });
    return restartable(port, () =>
      start(folders, ["java", ...options, "-cp", folders.own, "Ledger"], /listening/),
    );
  },
};

const LOGGING = `handlers=java.util.logging.ConsoleHandler
java.util.logging.ConsoleHandler.level=FINER
com.sun.net.httpserver.level=FINER
`;
