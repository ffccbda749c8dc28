export { Backend, type BackendArgs, type ChannelSettings } from "./backend";
export { DatabasePasswords } from "./derived-secrets";
export type { OwnCredentials } from "./client-credentials";
export { Orchestrator, type OrchestratorArgs } from "./orchestrator";
