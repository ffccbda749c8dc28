import { log, runtime } from "@pulumi/pulumi";
import { checkClusterReachable } from "./components/kubernetes";
import { refusal } from "./components/pki";
import { StackMemory } from "./components/stack-memory";
import { loadConfig } from "./config";
import type { NamespaceClaim } from "./config/system";
import { clusterChoice, deploy } from "./stack/deploy";
import { Belongings } from "./stack/ownership";
import { enterProject } from "./stack/project-folder";
import { secretsOfStack, withSecrets } from "./stack/secret-values";
import type { Prepared } from "./stack/system";
import { leavePromisesUnmapped, leaveResourcesUntraced } from "./stack/traces";
import { tellWhatReleasesWaitFor } from "./stack/waiting-releases";
import { PROGRAMS } from "./systems/programs";

/**
 * The Pulumi program. It registers nothing before it has read the configuration and prepared each system. If there is
 * something to deploy to the cluster, the cluster must also have answered, and the namespaces to create must not exist.
 */
export default async () => {
  leavePromisesUnmapped();
  leaveResourcesUntraced();
  enterProject();
  try {
    const loaded = loadConfig(runtime.allConfig(), PROGRAMS);
    const { authority, systems } = withSecrets(loaded, secretsOfStack());
    const memory = await StackMemory.read();
    const prepared: Prepared[] = [];
    const namespaces: NamespaceClaim[] = [];
    for (const { system, settings } of systems) {
      const ready = await system.prepare(settings, { memory, signs: authority !== undefined });
      prepared.push(ready);
      namespaces.push(...(ready.namespaces ?? system.claims(settings).namespaces));
    }
    if (namespaces.length > 0) await checkClusterReachable(clusterChoice());
    tellWhatReleasesWaitFor(clusterChoice());
    const belongings = new Belongings(namespaces, memory, clusterChoice());
    await belongings.guardWhatExists();
    const outputs = deploy(authority, prepared, memory.signedRequests);
    await belongings.keepWhatIsNotOurs();
    await Promise.all([
      ...prepared.flatMap(({ warnings = [] }) => warnings.map((line) => log.warn(line))),
      ...prepared.flatMap(({ notices = [] }) => notices.map((line) => log.info(line))),
    ]);
    return outputs;
  } catch (error) {
    // A message for the user, without a stack trace.
    throw error instanceof Error ? refusal(error.message) : error;
  }
};
