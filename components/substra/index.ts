export { Backend, type BackendArgs, type ChannelSettings } from "./backend";
export { formerResources } from "./former-resources";
export type { OwnCredentials } from "./client-credentials";
export { Orchestrator, type OrchestratorArgs } from "./orchestrator";
