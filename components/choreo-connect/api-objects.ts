import { ConfigMap } from "@pulumi/kubernetes/core/v1/configMap";
import { output, type CustomResourceOptions, type Output } from "@pulumi/pulumi";
import type { NamespaceHandle } from "../kubernetes";
import type { CertificateAuthority } from "../pki";
import type { Gateway } from "./gateway";
import { endpointCertificates } from "./trust";

/**
 * Creates a ConfigMap with the endpoint certificates of each API project, whose keys are the files of its folder: for
 * jobs in the cluster that deploy the project.
 *
 * @returns names of the ConfigMaps, by project name.
 */
export function apiObjects(
  name: string,
  gateway: Gateway,
  authority: CertificateAuthority,
  namespace: NamespaceHandle,
  options: CustomResourceOptions,
): Output<Record<string, string>> {
  // The list of projects does not depend on the CA.
  const projects = [...endpointCertificates(gateway, "").keys()];
  return output(
    Object.fromEntries(
      projects.map((api) => [
        api,
        new ConfigMap(
          `${name}-api-${api.toLowerCase()}`,
          {
            metadata: { namespace: namespace.ready },
            data: authority.bundlePem.apply(
              (bundle) => endpointCertificates(gateway, bundle).get(api) ?? {},
            ),
          },
          options,
        ).metadata.name,
      ]),
    ),
  );
}
