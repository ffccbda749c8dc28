export {
  ensureToolchain,
  fileOf,
  type EnsureOptions,
  type Resolved,
  type Toolchain,
} from "./ensure";
export { withLock, type LockOptions } from "./lock";
export { commandLine, processStart } from "./process";
export { groups, type Group } from "./tool";
