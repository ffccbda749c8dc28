import { count } from "../../../verify/print";
import { isDeepStrictEqual } from "node:util";
import type { Notice } from "../model";
import type { Plan, PlannedResource } from "../plan";
import { indexOf, type PlanIndex } from "../plan-index";
import { isSecret, isUnknown } from "../value";

const AUTHORITY = "tls:index/selfSignedCert:SelfSignedCert";
const LEAF = "tls:index/locallySignedCert:LocallySignedCert";

/**
 * Notice on an upgrade of the provider that creates keys and certificates; undefined if its version stays the same.
 *
 * An upgrade once replaced every existing certificate (pulumi/pulumi-tls#173).
 */
export function providerNotice(plan: Plan): Notice | undefined {
  const changed = plan.resources.filter(hasOtherProvider);
  const [first] = changed;
  if (first === undefined) return undefined;
  const isByProvider = judge(indexOf(plan));
  const replaced = changed.filter(isByProvider);
  const authorities = replaced.filter(({ type }) => type === AUTHORITY).length;
  const certificates = authorities + replaced.filter(({ type }) => type === LEAF).length;
  const upgrade = `the upgrade of provider tls ${versionOf(first.before?.provider)} -> ${versionOf(first.after?.provider)}`;
  if (certificates === 0) {
    return { severity: "info", text: `${upgrade} re-issues no certificate` };
  }
  const some = authorities === 1 ? "1 of them a CA" : `${authorities} of them CAs`;
  return {
    severity: "warning",
    text: `${upgrade} would re-issue ${count(certificates, "certificate")} (${some})`,
  };
}

function hasOtherProvider({ type, before, after }: PlannedResource): boolean {
  if (!type.startsWith("tls:")) return false;
  const [was, is] = [before?.provider, after?.provider];
  return was !== undefined && is !== undefined && was !== is;
}

/** `5.3.1` for `default_5_3_1`; the name of a provider that the program configures contains no version. */
function versionOf(provider = ""): string {
  return provider.replace(/^default_(\d+)_(\d+)_(\d+)/, "$1.$2.$3");
}

/** Returns a function that says whether a resource is replaced only because of its provider. */
function judge({ byUrn }: PlanIndex): (resource: PlannedResource) => boolean {
  const judged = new Map<string, boolean>();

  function isByProvider(resource: PlannedResource): boolean {
    const known = judged.get(resource.urn);
    if (known !== undefined) return known;
    const verdict =
      resource.operation === "replace" &&
      hasOtherProvider(resource) &&
      resource.reasons.every((reason) => isProvidersOwn(resource, reason));
    judged.set(resource.urn, verdict);
    return verdict;
  }

  function isProvidersOwn({ before, after }: PlannedResource, reason: string): boolean {
    // Renewals are due with every version.
    if (reason === "readyForRenewal") return false;
    const input = reason.split(/[.[]/, 1)[0] ?? reason;
    const causes = (after?.dependencies[input] ?? [])
      .flatMap((urn) => byUrn.get(urn) ?? [])
      .filter(({ operation }) => operation !== "same");
    if (causes.length > 0) return causes.every(isByProvider);
    const [was, is] = [before?.inputs[input], after?.inputs[input]];
    const isHidden = isUnknown(is) || isSecret(is);
    const isMadeHere = (after?.dependencies[input] ?? []).length > 0;
    return isHidden ? isMadeHere : isDeepStrictEqual(was, is);
  }

  return isByProvider;
}
