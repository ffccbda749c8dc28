import type { Danger } from "../model";

/** What a loss is, and what to do instead. */
export type Loss = Omit<Danger, "kind">;
