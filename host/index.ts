export { withLock, type LockOptions } from "./lock";
export { commandLine, commandLines, processStart } from "./process";
export {
  LIMITS,
  UnreadableFile,
  readAtMost,
  readFileBytes,
  readFileText,
  whyNoFile,
} from "./read-file";
