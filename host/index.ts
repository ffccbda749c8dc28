export { withLock, type LockOptions } from "./lock";
export { commandLine, processStart } from "./process";
export {
  LIMITS,
  UnreadableFile,
  readAtMost,
  readFileBytes,
  readFileText,
  whyNoFile,
} from "./read-file";
