import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { userInfo } from "node:os";
import { join } from "node:path";
import { choosePort } from "../../../local/ports";
import { debianProgram } from "../../debian";
import { WRONG_HOST, during, type Dialog } from "./clients";
import { written } from "./page";
import { restartable, start } from "./processes";
import type { Recipe } from "./recipe";

const program = () => debianProgram("mosquitto", "mosquitto");

export const mosquitto: Recipe = {
  name: "mosquitto",
  server: "broker",
  client: "orders",
  sees: "orders",
  refusals: {
    none: /alert certificate required/,
    foreign: /alert unknown ca/,
    expired: /alert certificate expired/,
    other: /orders\/new: refused with 135/,
  },
  wrongHost: WRONG_HOST,
  prepare: () => Promise.resolve(program()),
  ask: (callee, client) =>
    during({ callee, client }, async (dialog) => {
      await login(dialog);
      await publish(dialog, "orders/new");
      return "orders"; // nobody else may publish there
    }),
  start: async (folders) => {
    const port = await choosePort();
    const acl = join(folders.own, "acl");
    writeFileSync(acl, written("mosquitto", "text", {}), { mode: 0o600 });
    const config = join(folders.own, "mosquitto.conf");
    const settings = written("mosquitto", "conf", {
      "/tls/": `${folders.tls}/`,
      "/mosquitto/acl": acl,
      "listener 8883": `listener ${port} 127.0.0.1`,
    });
    // Started as root, it would become another user.
    writeFileSync(config, `${settings}user ${userInfo().username}\n`);
    return restartable(port, () =>
      start(folders, [program(), "-c", config], /mosquitto version .* running/),
    );
  },
};

/** Logs in with MQTT 5 and without a user name (section 3.1 of the standard). */
async function login(dialog: Dialog): Promise<void> {
  const client = text(`test-${randomBytes(6).toString("hex")}`);
  const [cleanStart, keepAlive, properties] = [[2], [0, 60], [0]];
  const fields = [...text("MQTT"), 5, ...cleanStart, ...keepAlive, ...properties, ...client];
  dialog.says(packet(0x10, fields));
  // CONNACK: its type, its length, flags, and the reason, which is 0 for success.
  const [, reason = ""] = await dialog.hears(/^\x20[^][^]([^])/);
  if (reason !== "\0") throw new Error(`refused with ${reason.charCodeAt(0)}`);
}

/**
 * Publishes to a topic (sections 3.3 and 3.4).
 *
 * @throws Error if the server does not accept the message.
 */
async function publish(dialog: Dialog, topic: string): Promise<void> {
  const [message, properties] = [[0, 1], [0]];
  dialog.says(packet(0x32, [...text(topic), ...message, ...properties]));
  // PUBACK: its type, its length, the message, and perhaps a reason, which is below 128 for success.
  const [, , reason = "\0"] = await dialog.hears(/\x40([\x02-\x04])\0\x01([^]?)/);
  if (reason.charCodeAt(0) >= 0x80)
    throw new Error(`${topic}: refused with ${reason.charCodeAt(0)}`);
}

function packet(type: number, content: readonly number[]): Buffer {
  return Buffer.from([type, content.length, ...content]); // short enough for a length of one byte
}

function text(content: string): number[] {
  return [0, content.length, ...Buffer.from(content)];
}
