export {
  ensureToolchain,
  fileOf,
  type EnsureOptions,
  type Resolved,
  type Toolchain,
} from "./ensure";
export { groups, type Group } from "./tool";
