export { withLock, type LockOptions } from "./lock";
export { commandLine, processStart } from "./process";
