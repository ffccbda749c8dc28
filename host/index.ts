export { duration } from "./duration";
export { withLock } from "./lock";
export { commandLine, commandLines, processStart } from "./process";
export {
  LIMITS,
  UnreadableFile,
  readAtMost,
  readFileBytes,
  readFileText,
  whyNoFile,
} from "./read-file";
