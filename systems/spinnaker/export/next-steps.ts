import { SECRETS } from "./secret-files";
import type { SpinnakerOutputs } from "../outputs";

/** Next steps after an export, with commands between backticks. */
export function nextSteps(
  { target, namespace }: SpinnakerOutputs,
  directory: string,
  withSecrets: boolean,
): string[] {
  // A kustomization includes its Secrets.
  const isSelfContained = target.kind === "kustomize";
  const secrets = withSecrets
    ? [
        `${directory}/${SECRETS} holds private keys: keep it out of git, and delete it after you have applied it`,
        ...(isSelfContained ? [] : [`\`kubectl apply --filename ${directory}/${SECRETS}\``]),
      ]
    : [
        `the Secrets are in namespace ${namespace} of the stack's cluster; for another cluster, export with --secrets`,
      ];
  return [...secrets, ...stepsOf(target, namespace, directory)];
}

function stepsOf(
  target: SpinnakerOutputs["target"],
  namespace: string,
  directory: string,
): readonly string[] {
  switch (target.kind) {
    case "operator": {
      const [group = ""] = target.apiVersion.split("/");
      return [
        `\`kubectl patch spinnakerservices.${group} ${target.name} --namespace ${namespace} --type merge --patch-file ${directory}/spinnakerservice.yml\`, or merge it into your manifest`,
      ];
    }
    case "kustomize":
      return [
        `list ${directory} under \`components:\` of your kustomization, as a path relative to it`,
        "`kubectl kustomize OVERLAY` shows the result",
      ];
    case "halyard":
      return [
        `copy ${directory}/profiles and ${directory}/service-settings below ~/.hal/<deployment>/; if a file already exists there, merge them`,
        "`hal deploy apply`",
      ];
  }
}
