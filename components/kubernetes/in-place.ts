import { Provider } from "@pulumi/kubernetes";
import { output, secret, type CustomResourceOptions } from "@pulumi/pulumi";
import type { ClusterChoice } from "./cluster";

/**
 * Creates a provider that changes Secrets and ConfigMaps in place. The usual one replaces them: it would delete an object
 * with an exact name before it creates it again, and for a moment, which a killed update prolongs, there would be none.
 */
export function inPlaceProvider(
  name: string,
  { kubeconfig, context, cluster }: ClusterChoice,
  opts?: CustomResourceOptions,
): Provider {
  return new Provider(
    name,
    {
      enableSecretMutable: true,
      enableConfigMapMutable: true,
      // Without a value, the SDK would store the path in KUBECONFIG. Each machine has another one, which every preview
      // would show; the provider reads the variable itself.
      kubeconfig: kubeconfig === undefined ? output(NO_PATH) : secret(kubeconfig),
      // Another kubeconfig for the same cluster must not replace what is deployed.
      clusterIdentifier: cluster ?? context ?? "stack",
      ...(context !== undefined && { context }),
      ...(cluster !== undefined && { cluster }),
    },
    opts,
  );
}

const NO_PATH = undefined as unknown as string;
