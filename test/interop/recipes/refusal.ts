import type { Callee, Client, Recipe } from "./recipe";

const ATTEMPTS = 10;

/** Ends of a connection that say nothing about the reason. */
export const BROKEN = /ECONNRESET|EPIPE|hang up|disconnected|^closed/;

/**
 * Returns what a client hears when a server refuses it; undefined if it gets in. A client of TLS 1.3 writes before it
 * hears of the refusal, and TCP may then drop the server's alert, so the client asks again if it has heard nothing.
 */
export async function refusal(
  recipe: Recipe,
  callee: Callee,
  client: Client,
): Promise<string | undefined> {
  let heard: string | undefined;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    heard = await recipe.ask(callee, client).then(
      () => undefined,
      (error: unknown) => (error as Error).message,
    );
    if (heard === undefined || !BROKEN.test(heard)) return heard;
  }
  return heard;
}
