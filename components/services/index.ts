export { CLIENT_POLICIES, type ClientPolicy } from "./client-policy";
export type { FilesChoice } from "./files";
export { Service, type ServiceArgs, type ServiceRelease, type SharedCas } from "./service";
