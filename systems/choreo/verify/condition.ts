import { z } from "zod";

/** Conditions in the form in which controllers write them into a status. */
export const conditions = z
  .array(z.object({ type: z.string(), status: z.string(), message: z.string().optional() }))
  .default([]);

const LONGEST_MESSAGE = 300;

/**
 * Explains why an object is not ready.
 *
 * @returns its controller's message, made safe to print; undefined if the object is ready.
 */
export function whyNotReady(found: z.output<typeof conditions> | undefined): string | undefined {
  const ready = found?.find(({ type }) => type === "Ready");
  if (ready === undefined) return "its controller has not processed it yet";
  if (ready.status === "True") return undefined;
  const message = (ready.message ?? "").replace(/\p{C}+/gu, " ").trim();
  return message === "" ? "its controller gives no reason" : message.slice(0, LONGEST_MESSAGE);
}
