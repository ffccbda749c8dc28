import type { GatewayFile } from "../../../components/choreo-connect/gateway-files";
import type { PodFile } from "../../../verify/cluster/pod-files";

/** Returns a file as `countersign choreo-connect export` writes it. */
export function plannedFile({ path, content }: GatewayFile): PodFile {
  return { content: Buffer.from(content), origin: `the exported ${path}` };
}
