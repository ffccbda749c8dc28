import { Config } from "@pulumi/pulumi";
import type { ClusterChoice } from "../components/kubernetes";

/** Returns the cluster that the Kubernetes provider will use, by its own configuration. */
export function clusterChoice(): ClusterChoice {
  const config = new Config("kubernetes");
  return {
    kubeconfig: config.get("kubeconfig"),
    context: config.get("context"),
    cluster: config.get("cluster"),
  };
}
