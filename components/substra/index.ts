export { Backend, type BackendArgs, type ChannelSettings } from "./backend";
export { Orchestrator, type LeafPolicy, type OrchestratorArgs } from "./orchestrator";
