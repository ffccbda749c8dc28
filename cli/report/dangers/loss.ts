import type { Danger } from "../model";

/** A loss, and what to do instead. */
export type Loss = Omit<Danger, "kind">;
