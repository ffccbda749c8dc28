export { Relay, type RelayArgs } from "./relay";
