export { Backend, type BackendArgs, type ChannelSettings } from "./backend";
export { DatabasePasswords } from "./database-passwords";
export type { OwnCredentials } from "./client-credentials";
export { Orchestrator, type OrchestratorArgs } from "./orchestrator";
