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

/** Returns a duration as "42 s" or "3 min 5 s". */
export function duration(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  return whole % 60 === 0 ? `${whole / 60} min` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
