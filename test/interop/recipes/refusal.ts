import { reasonFrom } from "./clients";
import type { Callee, Client, Recipe } from "./recipe";

/** Ends of a connection that say nothing about the reason. */
export const BROKEN = /ECONNRESET|EPIPE|hang up|disconnected|^closed/;

/**
 * Returns what a client hears when a server refuses it; undefined if it gets in. A client of TLS 1.3 writes before it
 * hears of the refusal, and TCP may then drop the server's alert. If it has heard nothing, it therefore connects again
 * and only listens.
 */
export async function refusal(
  recipe: Recipe,
  callee: Callee,
  client: Client,
): Promise<string | undefined> {
  try {
    await recipe.ask(callee, client);
    return undefined;
  } catch (error) {
    const { message } = error as Error;
    if (!BROKEN.test(message)) return message;
    const reason = await reasonFrom(callee, client, recipe.greeting);
    return reason === undefined || BROKEN.test(reason) ? message : reason;
  }
}
