import type { Certificate } from "../../../x509";
import type { ChoreoConnectStack } from "../export/stack";
import type { StoreShelf } from "../../../verify/stores";

/** What is the same for all that is checked of one Choreo Connect. */
export interface Surroundings {
  readonly stack: ChoreoConnectStack;
  /** The certificates of all generations of the stack's CA. */
  readonly cas: readonly Certificate[];
  readonly shelf: StoreShelf;
  readonly at: Date;
}
