import { posix } from "node:path";
import type { AuthorityConfig } from "../../config/authority";
import type { Refuse } from "../../config/fields";
import { existingPair, checkKeyNames } from "../../config/certificate-fields";
import { keyOf, type Problem } from "../../config/problems";
import type { Source } from "../../config/stacks";
import type { ServiceSettings, ServicesSettings } from "./settings";

/** Problems with who signs for services, here and elsewhere. */
export function signingProblems(
  settings: ServicesSettings,
  own: AuthorityConfig | undefined,
): Problem[] {
  return [
    ...signers(settings, own),
    ...[...settings.services.values()].flatMap(certificates),
    ...enrolledTwice(settings),
  ];
}

/** Returns a problem with a key below `services`. */
export function problem(message: string, ...path: (string | number)[]): Problem {
  return { key: keyOf(["services", ...path]), message };
}

/** Problems with who signs: every service needs a CA, and every stack that signs has one. */
function signers(
  { services, enrollments }: ServicesSettings,
  own: AuthorityConfig | undefined,
): Problem[] {
  const all = [...services.values()];
  const missing = (message: string): Problem[] => [{ key: "authority", message }];
  return [
    ...(all.length === 0 && enrollments.length === 0
      ? [
          {
            key: "servicesSignedBy",
            message: "is for services, but the stack has none; remove it, or add services",
          },
        ]
      : []),
    ...(!own && all.some(({ issuance }) => issuance.kind === "here")
      ? missing(
          "is missing: the services need a CA. If another stack signs their certificates, set servicesSignedBy",
        )
      : []),
    ...(!own && enrollments.length > 0
      ? missing("is missing: a CA is needed to sign for the services of serviceEnrollments")
      : []),
    ...all.flatMap(missingSigners),
  ];
}

/** Problems with a service whose certificate another stack signs, if it is not known which, or what it trusts. */
export function missingSigners({ name, issuance }: ServiceSettings): Problem[] {
  if (issuance.kind === "here") return [];
  const missing = (key: string, what: string) =>
    problem(`${what} here, or for all services in servicesSignedBy`, name, "signedBy", key);
  return [
    ...(issuance.source === undefined
      ? [missing("stack", "is missing, and so is directory; set one of them")]
      : []),
    ...(issuance.trust === undefined ? [missing("trust", "is missing; set it")] : []),
  ];
}

/** Problems with a certificate because of who signs it. */
function certificates({ name, issuance, certificate, upToRoot }: ServiceSettings): Problem[] {
  const { given, keys } = certificate;
  const found: Problem[] = [];
  const refuse: Refuse = (key, message) =>
    void found.push(problem(message, name, "certificate", key));
  if (issuance.kind === "here") {
    existingPair(certificate.existing, certificate.key, refuse);
    if (keys)
      refuse(
        "keys",
        "is for a service whose certificate another stack signs (signedBy); remove it",
      );
    return found;
  }
  for (const key of ["validity", "renewBefore", "existing"] as const) {
    if (given[key] !== undefined)
      refuse(
        key,
        "is decided by the stack that signs (signedBy), in its serviceEnrollments; remove it",
      );
  }
  checkKeyNames(certificate, refuse);
  if (upToRoot)
    found.push(
      problem(
        "is true, but the stack that signs publishes no CA above its own; remove it, and add the root under trust",
        ...[name, "files", "ca", "upToRoot"],
      ),
    );
  return found;
}

/** Problems with a service that two enrollments name: both would sign the same request. */
function enrolledTwice({ enrollments }: ServicesSettings): Problem[] {
  return enrollments.flatMap(({ service, group, requests }, position) => {
    const place = placeOf(requests);
    const other = enrollments
      .slice(0, position)
      .find((each) => each.service === service && placeOf(each.requests) === place);
    if (!other) return [];
    const message = `is also under serviceEnrollments.${other.group}.services, for the same ${place}; remove one of them`;
    return [{ key: keyOf(["serviceEnrollments", group, "services", service]), message }];
  });
}

function placeOf(source: Source): string {
  return "stack" in source
    ? `stack ${source.stack}`
    : `directory ${posix.join(source.directory, ".")}`;
}
