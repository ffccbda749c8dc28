export { Backend, type BackendArgs, type ChannelSettings } from "./backend";
export {
  IssuedCredentials,
  type IssuedCredentialsArgs,
  type LeafPolicy,
} from "./client-credentials";
export { Orchestrator, type OrchestratorArgs } from "./orchestrator";
