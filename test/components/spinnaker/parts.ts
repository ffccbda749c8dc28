import type { Input } from "@pulumi/pulumi";
import { namespace } from "../../../components/kubernetes";
import { CertificateAuthority } from "../../../components/pki";
import { Spinnaker, type ServiceMaterial, type Target } from "../../../components/spinnaker";
import type { InstallationArgs } from "../../../components/spinnaker/installation";
import type { ServiceName } from "../../../components/spinnaker/service-table";
import { readPkcs12 } from "../../../x509";
import { makeCa } from "../../unit/x509/make-certificate";
import { makeExistingCa } from "../fake-tls";
import { runProgram, type EngineOptions, type Run } from "../mock-engine";
import { find } from "../tree";
import { reveal } from "../wire";
import { makeInstallation, type Services } from "./make-installation";

/** The certificates of two generations; the second one signs. */
export const OLD_CA = makeExistingCa("Spinnaker CA");
export const NEW_CA = makeExistingCa("Spinnaker CA");

/** A CA other than Spinnaker's. */
export const OTHER_CA = makeCa({ subject: [["CN", "Slack CA"]] });

/** A Java service, one that calls outside services, and one in Go. */
export const SERVICES: Services = { dinghy: {}, echo: { trustsOthers: true }, orca: {} };

export const OPERATOR: Target = {
  kind: "operator",
  apiGroup: "spinnaker.io",
  name: "spinnaker",
};

/** Settings of Spinnaker in a test. */
export interface Parts extends Partial<Omit<InstallationArgs, "services" | "target">> {
  readonly services?: Services;
  readonly target?: Target;
  readonly material?: Readonly<Partial<Record<ServiceName, ServiceMaterial>>>;
  readonly trustStorePassword?: Input<string>;
}

/** A CA with two generations. Call it inside a program. */
export function makeAuthority(): CertificateAuthority {
  return new CertificateAuthority("ca", {
    subject: { commonName: "not used" },
    generations: {
      g1: { kind: "existing", state: "trusted", certificate: OLD_CA.certificate },
      g2: { kind: "existing", state: "signing", ...NEW_CA },
    },
  });
}

/** Runs a program with a Spinnaker, by default patched into the Operator's, in phase `tls`. */
export function runSpinnaker(
  parts: Parts = {},
  options: EngineOptions = {},
): Promise<Run<Spinnaker>> {
  const { services = SERVICES, target = OPERATOR, material, trustStorePassword, ...args } = parts;
  return runProgram(
    () =>
      new Spinnaker("spinnaker", {
        installation: makeInstallation(services, { target: target.kind, ...args }),
        target,
        namespace: namespace("namespace-spinnaker", { name: "spinnaker", create: true }),
        authority: makeAuthority(),
        certificate: { validityHours: 2160, renewBeforeHours: 720 },
        services: material ?? { echo: { otherCas: { slack: OTHER_CA } } },
        trustStorePassword,
      }),
    options,
  );
}

/** Content of a Secret by key, decoded. */
export function secretData(
  { resources }: Run<unknown>,
  name: string,
): Readonly<Record<string, Buffer>> {
  const { data } = reveal(find(resources, name, "v1:Secret").inputs) as {
    data: Record<string, string>;
  };
  return Object.fromEntries(
    Object.entries(data).map(([key, content]) => [key, Buffer.from(content, "base64")]),
  );
}

/** Content of a Secret's store, opened with that Secret's own password. */
export function storeOf(run: Run<unknown>, name: string, key = "keystore.p12") {
  const { password, [key]: store } = secretData(run, name);
  if (!password || !store) throw new Error(`${name} has no ${key} with a password`);
  return readPkcs12(store, password.toString());
}
