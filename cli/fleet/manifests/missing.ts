import { CannotStart } from "../failure";
import type { StackFile } from "../stack-file";
import type { Settings } from "./options";

/**
 * Checks that a pod has what a person has in the environment.
 *
 * @throws CannotStart if something is missing.
 */
export function assertComplete(stacks: readonly StackFile[], settings: Settings): void {
  const { backend, env, kubeconfig } = settings;
  const has = (variable: string) => env?.has(variable) ?? false;
  if (backend === undefined && !has("PULUMI_BACKEND_URL")) {
    throw new CannotStart(
      "give the stacks' backend, with --backend <url> or --env PULUMI_BACKEND_URL=<secret>/<key>: the operator's own default is Pulumi Cloud",
    );
  }
  if (backend !== undefined && has("PULUMI_BACKEND_URL")) {
    throw new CannotStart("--backend and --env PULUMI_BACKEND_URL both name the backend: give one");
  }
  if (kubeconfig && has("KUBECONFIG")) {
    throw new CannotStart(
      "--kubeconfig and --env KUBECONFIG both set KUBECONFIG: give --kubeconfig",
    );
  }
  const isCloud = backend !== undefined && /^https?:/.test(backend);
  if (isCloud && !has("PULUMI_ACCESS_TOKEN")) {
    throw new CannotStart(
      `--backend ${backend} needs an access token: give --env PULUMI_ACCESS_TOKEN=<secret>/<key>`,
    );
  }
  for (const { name, secretsProvider = "passphrase", cluster } of stacks) {
    const isEncrypted = backend !== undefined && !isCloud && secretsProvider === "passphrase";
    if (isEncrypted && !has("PULUMI_CONFIG_PASSPHRASE")) {
      throw new CannotStart(
        `stack ${name} is encrypted with a passphrase: give --env PULUMI_CONFIG_PASSPHRASE=<secret>/<key>, with {stack} in the key if stacks have their own`,
      );
    }
    if (cluster?.context !== undefined && !kubeconfig) {
      throw new CannotStart(
        `stack ${name} is deployed to the context ${cluster.context}, which a pod knows only from a kubeconfig: give --kubeconfig <secret>/<key>`,
      );
    }
  }
}
