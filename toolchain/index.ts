export { ensureToolchain, fileOf, type Toolchain } from "./ensure";
