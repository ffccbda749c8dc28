import { durationOf } from "../../../config/fields";
import { NO_FILE, pathOf, type ConfigLines, type ConfigPath } from "../config-lines";
import type { Reason } from "../model";
import { dayOf } from "../words";
import { differs, nameDifferences, namesDiffer, textOf, type Compared } from "./leaf";
import { isComing, isOlder, type Present } from "./content";
import { providerVersion } from "../plan";

const HOUR = 3_600_000;

/** Reasons why a certificate is issued, changed or withdrawn, the most important first. */
export function reasonsOf(leaf: Compared, lines: ConfigLines, at: Date): Reason[] {
  const { before, after, facts } = leaf;
  const source = pathOf(facts.after?.source ?? facts.before?.source ?? "");
  const line = (...rest: ConfigPath) => lines.at([...source, ...rest]);
  const setting = (key: "algorithm" | "renewBefore" | "validity") =>
    lines.at(settingIn(source, key));
  if (after === undefined) {
    const own = lines.at(source);
    // The party stays, e.g. a client whose servers no longer ask for a certificate.
    if (own.line !== undefined && own.key === NO_FILE.at(source).key) {
      const text = leaf.isSucceeded
        ? `${leaf.owner} has one that another stack signed`
        : `${leaf.owner} no longer needs one`;
      return [{ code: "needless", text, source: own }];
    }
    const around = source.length > 1 ? source.slice(0, -1) : source;
    const text = `${leaf.owner} was removed from ${around.join(".")}`;
    return [{ code: "removed", text, source: lines.at(around) }];
  }
  if (!isComing(after)) {
    return [{ code: "received", text: receivedText(before, after), source: line() }];
  }
  if (before === undefined) {
    return [{ code: "first", text: "it has no certificate yet", source: line() }];
  }
  const reasons = [
    ...nameReasons(leaf, source, lines),
    ...keyReasons(leaf, line, setting),
    ...requestReasons(leaf, line),
    ...issuerReasons(leaf, lines),
    ...settingReasons(leaf, setting),
    ...timeReasons(leaf, setting, at),
  ];
  return reasons.length > 0 ? reasons : [lastReason(leaf)];
}

function receivedText(before: Present | undefined, after: Present): string {
  if (before === undefined) return "its first certificate was received from another stack";
  return isOlder(before, after)
    ? "an older certificate was received from another stack"
    : "a new certificate was received from another stack";
}

type Line = (...rest: ConfigPath) => Reason["source"];
type Setting = (key: "algorithm" | "renewBefore" | "validity") => Reason["source"];

/** Services of one system each have their own key algorithm, but share the settings of their lifetime. */
function settingIn(source: ConfigPath, key: string): ConfigPath {
  const [section = "", , service] = source;
  if (service === undefined) return [...source, "certificate", key];
  return key === "algorithm" ? [...source, key] : [section, "certificate", key];
}

function nameReasons({ said, says }: Compared, source: ConfigPath, lines: ConfigLines): Reason[] {
  const found = said && says && nameDifferences(said.names, says.names);
  if (found === undefined) return [];
  return [
    ...found.added.map((name): Reason => {
      const value = name.slice(name.indexOf(":") + 1);
      return {
        code: "names",
        text: `${name} is added`,
        source: lines.ofText(source, value) ?? lineOfDomain(value, lines) ?? lines.at(source),
      };
    }),
    ...found.removed.map((name): Reason => ({
      code: "names",
      text: `${name} is removed`,
      source: lines.at(source),
    })),
  ];
}

/** The line that sets the cluster domain, if the full name of a Service ends in that. */
function lineOfDomain(name: string, lines: ConfigLines): Reason["source"] | undefined {
  const [, domain] = /\.svc\.(.+)$/.exec(name) ?? [];
  return domain === undefined ? undefined : lines.ofText(["clusterDomain"], domain);
}

function keyReasons({ said, says }: Compared, line: Line, setting: Setting): Reason[] {
  if (!said || !says || !differs(said.publicKey, says.publicKey)) return [];
  if (differs(said.keyAlgorithm, says.keyAlgorithm)) {
    const text = `its key changes to ${textOf(says.keyAlgorithm)}`;
    return [{ code: "key", text, source: setting("algorithm") }];
  }
  return [{ code: "key", text: "it gets another key", source: line("certificate", "keys") }];
}

function requestReasons({ said, says, resource, facts }: Compared, line: Line): Reason[] {
  if (!said || !says || !resource?.reasons.includes("certRequestPem")) return [];
  if (differs(said.subject, says.subject)) {
    const isGranted = facts.before?.granted?.commonName !== facts.after?.granted?.commonName;
    return [
      {
        code: "request",
        text: `its subject was ${textOf(said.subject)}`,
        source: isGranted ? line("commonName") : line(),
      },
    ];
  }
  const isExplained =
    namesDiffer(said.names, says.names) || differs(said.publicKey, says.publicKey);
  return isExplained
    ? []
    : [{ code: "request", text: "its request (CSR) has changed", source: line("request") }];
}

function issuerReasons({ issuers, resource, facts }: Compared, lines: ConfigLines): Reason[] {
  if (issuers.before !== issuers.after && issuers.after !== undefined) {
    const name = issuers.after;
    return [
      {
        code: "issuer",
        text: `CA generation ${name} signs in place of ${issuers.before ?? "another"}`,
        source: lines.at(["authority", "generations", name, "state"]),
      },
    ];
  }
  if (!resource?.reasons.includes("caCertPem")) return [];
  const [, name = ""] = facts.after?.issuer?.split("/") ?? [];
  return [
    {
      code: "issuer",
      text: `the certificate of CA generation ${name} is another one`,
      source: lines.at(["authority", "generations", name]),
    },
  ];
}

function settingReasons({ resource }: Compared, setting: Setting): Reason[] {
  if (resource?.operation !== "replace") return [];
  const [before, after] = [resource.before?.inputs ?? {}, resource.after?.inputs ?? {}];
  const reasons: Reason[] = [];
  if (resource.reasons.includes("validityPeriodHours")) {
    const [was, is] = [before.validityPeriodHours, after.validityPeriodHours];
    const text = `its validity changes from ${lifeOf(was)} to ${lifeOf(is)}`;
    reasons.push({ code: "validity", text, source: setting("validity") });
  }
  if (resource.reasons.includes("allowedUses")) {
    reasons.push({ code: "usage", text: "its extended key usage changes" });
  }
  return reasons;
}

function lifeOf(hours: unknown): string {
  return typeof hours === "number" ? durationOf(hours) : "unknown";
}

function timeReasons({ before, resource, facts }: Compared, setting: Setting, at: Date): Reason[] {
  const isDue =
    resource?.reasons.includes("readyForRenewal") === true || facts.before?.origin === "adopted";
  const hours = facts.after?.renewBeforeHours;
  if (!before || !isDue || hours === undefined) return [];
  const { notAfter } = before.certificate;
  const from = new Date(notAfter.getTime() - hours * HOUR);
  if (notAfter < at) {
    return [{ code: "expired", text: `it expired on ${dayOf(notAfter)}` }];
  }
  if (facts.before?.origin === "adopted" && at < from) return [];
  return [
    {
      code: "renewal-window",
      text: `it entered its renewal window on ${dayOf(from)}, ${durationOf(hours)} before it expires`,
      source: setting("renewBefore"),
    },
  ];
}

/** The reason if none of the others applies. */
function lastReason({ resource }: Compared): Reason {
  const [before, after] = [resource?.before?.provider, resource?.after?.provider];
  if (before !== undefined && after !== undefined && before !== after) {
    const text = `the upgrade of provider tls ${providerVersion(before)} -> ${providerVersion(after)} would re-issue it`;
    return { code: "provider", text };
  }
  const named = resource?.reasons.join(", ") ?? "";
  return {
    code: "unknown",
    text:
      named === ""
        ? "Pulumi does not say why"
        : `Pulumi says only that these have changed: ${named}`,
  };
}
