import type { Checklist } from "../check";
import { messageOf } from "../../command/failure";
import { Doorkeeper, type EntranceOptions } from "./entrance";

/** A TLS server to start, and the report if it cannot start. */
export interface Doorway {
  readonly entrance: EntranceOptions;
  readonly list: Checklist;
  readonly todo: string;
}

/**
 * Runs a TLS server for the duration of some work. If no server can start, the check "serves" fails.
 *
 * @returns the result of the work; undefined if the server could not start.
 */
export async function withDoor<T>(
  { entrance, list, todo }: Doorway,
  work: (door: Doorkeeper) => Promise<T>,
): Promise<T | undefined> {
  let door: Doorkeeper;
  try {
    door = await Doorkeeper.open(entrance);
  } catch (error) {
    list.fail("serves", `a TLS server cannot start with its files: ${messageOf(error)}.`, todo);
    return undefined;
  }
  try {
    return await work(door);
  } finally {
    door.close();
  }
}
