import type { Checklist } from "../check";
import { messageOf } from "../../command/failure";
import { Doorkeeper, type EntranceOptions } from "./entrance";

/** Whose entrance is opened, and what is said if it cannot be. */
export interface Doorway {
  readonly entrance: EntranceOptions;
  readonly list: Checklist;
  readonly todo: string;
}

/**
 * Opens an entrance for as long as the work with it takes. One with which no server starts is a check that fails, "serves".
 *
 * @returns what the work does; undefined if it was not begun.
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
