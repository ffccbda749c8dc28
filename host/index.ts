export { withLock, type LockOptions } from "./lock";
export { commandLine, commandLines, processStart } from "./process";
