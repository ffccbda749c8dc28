import type { Certificate } from "../../../x509";
import type { ChoreoConnectStack } from "../export/stack";
import type { StoreShelf } from "../../../verify/stores";

/** Parameters that are the same for all checks of one Choreo Connect. */
export interface Surroundings {
  readonly stack: ChoreoConnectStack;
  /** Certificates of all generations of the stack's CA. */
  readonly cas: readonly Certificate[];
  readonly shelf: StoreShelf;
  readonly at: Date;
}
