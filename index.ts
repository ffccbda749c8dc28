import { Config, log, runtime } from "@pulumi/pulumi";
import { checkClusterReachable } from "./components/kubernetes";
import { refusal } from "./components/pki";
import { StackMemory } from "./components/stack-memory";
import { loadConfig } from "./config";
import type { NamespaceClaim } from "./config/system";
import { deploy } from "./stack/deploy";
import { Belongings } from "./stack/ownership";
import { secretsOfStack, withSecrets } from "./stack/secret-values";
import type { Prepared } from "./stack/system";
import { tellWhatReleasesWaitFor } from "./stack/waiting-releases";
import { PROGRAMS } from "./systems/programs";

/** The cluster that the Kubernetes provider will use, by its own configuration. */
function clusterChoice() {
  const config = new Config("kubernetes");
  return {
    kubeconfig: config.get("kubeconfig"),
    context: config.get("context"),
    cluster: config.get("cluster"),
  };
}

/**
 * Nothing is registered before the configuration has been read, each system has been prepared, the cluster has
 * answered, if there is something to deploy to it, and no namespace is in the way of one that is to be made.
 */
export = async () => {
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
    const outputs = deploy(authority, prepared);
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
