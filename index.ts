import { Config, log, runtime } from "@pulumi/pulumi";
import { receive } from "./components/enrollment";
import { checkClusterReachable } from "./components/kubernetes";
import { refusal } from "./components/pki";
import { Backend } from "./components/substra";
import { loadConfig } from "./config";
import { StackMemory } from "./components/stack-memory";
import { deploy, usesCluster } from "./stack/deploy";
import { secretsOfStack, withSecrets } from "./stack/secret-values";
import { choreoWaiting, judgeChoreo } from "./systems/choreo/program";
import { tellChoreoConnect } from "./systems/choreo-connect/program";
import { enrolled, noticesOf, signedElsewhere } from "./systems/substra/notices";
import { Belongings, namespacesOf } from "./stack/ownership";
import { judgeRollOut, tellRollOut } from "./systems/spinnaker/program";
import { tellWhatReleasesWaitFor } from "./stack/waiting-releases";

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
 * Nothing is registered before the configuration has been read, what comes from other stacks has been judged, the
 * cluster has answered, if there is something to deploy to it, and no namespace is in the way of one that is to be made.
 */
export = async () => {
  try {
    const config = withSecrets(loadConfig(runtime.allConfig()), secretsOfStack());
    const memory = await StackMemory.read();
    const cautions = judgeRollOut(config, memory);
    judgeChoreo(config, memory);
    const exchange = await receive({
      signed: signedElsewhere(config),
      enrolled: enrolled(config),
      signs: config.authority !== undefined,
      deployedAs: Backend.type,
      memory,
    });
    const admitted = [...exchange.standings.values()].some(({ accepted }) => accepted);
    if (usesCluster(config) || admitted) await checkClusterReachable(clusterChoice());
    tellWhatReleasesWaitFor(clusterChoice());
    const belongings = new Belongings(namespacesOf(config, exchange), memory, clusterChoice());
    await belongings.guardWhatExists();
    const outputs = deploy(config, exchange);
    await belongings.keepWhatIsNotOurs();
    const { warnings, waiting } = noticesOf(exchange);
    await Promise.all([
      ...warnings.map((warning) => log.warn(warning)),
      ...waiting.map((reason) => log.info(reason)),
      ...[...choreoWaiting(config)].map(([party, reason]) => log.info(`${party} waits: ${reason}`)),
      tellRollOut(cautions),
      tellChoreoConnect(config),
    ]);
    return outputs;
  } catch (error) {
    // A message for the user, without a stack trace.
    throw error instanceof Error ? refusal(error.message) : error;
  }
};
