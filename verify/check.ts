/** Result of one check. All its texts are safe to print. */
export interface Check {
  /** The party that was checked: `orchestrator`, or an organization's MSP ID. */
  readonly party: string;
  /** Stable name of the check; also the section of the page that explains it. */
  readonly code: CheckCode;
  readonly ok: boolean;
  /** A warning is early: the check holds today, and does not affect the exit status. */
  readonly severity: "error" | "warning";
  /** The finding. */
  readonly message: string;
  /** Advice; only if `ok` is false. */
  readonly todo?: string;
}

/** Checks of one party, in the order in which they are made. */
export class Checklist {
  /**
   * @param checks the checks so far.
   * @param prefix the prefix of every message.
   */
  constructor(
    readonly party: string,
    readonly checks: Check[] = [],
    private readonly prefix = "",
  ) {}

  /** Returns the same list for checks of a part of the party. */
  about(part: string): Checklist {
    return new Checklist(this.party, this.checks, `${part}: `);
  }

  pass(code: CheckCode, message: string): void {
    this.add({ code, ok: true, severity: "error", message });
  }

  fail(code: CheckCode, message: string, todo: string): void {
    this.add({ code, ok: false, severity: "error", message, todo });
  }

  warn(code: CheckCode, message: string, todo: string): void {
    this.add({ code, ok: false, severity: "warning", message, todo });
  }

  private add(check: Omit<Check, "party">): void {
    this.checks.push({ party: this.party, ...check, message: this.prefix + check.message });
  }

  /** Adds one line for an invariant that can be broken in several ways. */
  judge(code: CheckCode, problems: readonly string[], good: string, todo: string): boolean {
    if (problems.length === 0) this.pass(code, good);
    else this.fail(code, problems.join(" "), todo);
    return problems.length === 0;
  }

  /** Whether all checks with this code have held so far; also true if there are none. */
  holds(code: CheckCode): boolean {
    return this.checks.every((check) => check.code !== code || check.ok);
  }
}

/** Groups checks by party, in the order of each party's first check. */
export function byParty(checks: readonly Check[]): readonly Check[] {
  const parties = new Set(checks.map(({ party }) => party));
  return [...parties].flatMap((party) => checks.filter((check) => check.party === party));
}

/** Whether a check does not hold today. */
export function isFailure({ ok, severity }: Check): boolean {
  return !ok && severity === "error";
}

/** Exit status of a command that checks: 0 if all checks hold, 1 if one fails. */
export function exitStatus(checks: readonly Check[]): 0 | 1 {
  return checks.some(isFailure) ? 1 : 0;
}

/** Advice about things that differ from what the stack deployed. */
export const REPAIR = {
  /** For the stack's own Secrets and ConfigMaps: a refresh notices what was changed or deleted. */
  objects: "`pulumi up --refresh` restores what the stack deployed.",
  release: "`pulumi up --refresh` deploys it again.",
  /** For objects of the chart: Pulumi sees the release, but not what was changed in it by hand. */
  values: "The program sets this differently: undo what was changed by hand (see drift above).",
};

/**
 * Warns that the key of a party is not available.
 *
 * @param untried what was not tried without it.
 */
export function warnWithoutKey(
  list: Checklist,
  untried = "neither the key nor any handshake",
): void {
  list.warn(
    "not-tried",
    `its key is a secret output, which a file of outputs does not contain: ${untried} was tried.`,
    "Name the stack with --stack, where its passphrase or key service is available.",
  );
}

interface Waiting {
  readonly party: string;
  /** Clause that describes the wait, e.g. `it waits for its certificate`. */
  readonly what: string;
  readonly reasons: readonly string[];
  readonly todo: string;
}

/** Returns lines about a party that waits: warnings, because every party waits at first. */
export function waitingChecks({ party, what, reasons, todo }: Waiting): readonly Check[] {
  const list = new Checklist(party);
  for (const reason of new Set(reasons))
    list.warn("waiting", `${what}: ${reason.replace(/\.$/, "")}.`, todo);
  return list.checks;
}

/** Codes of checks. Each is a section of docs/verify.md, and programs rely on it. */
export const CHECK_CODES = [
  // What is deployed (headings of docs/verify.md)
  "waiting",
  "release",
  "roll-out",
  "drift",
  "mounted-objects",
  "private-keys",
  "files",
  "exported",
  "phase",
  "base-url",
  "tcp-probe",
  "server-port",
  // What it holds
  "mutual-tls",
  "verify-msp-id",
  "certificate",
  "key",
  "published-key",
  "key-form",
  "password",
  "key-store",
  "trust-store",
  "purpose",
  "expiry",
  "chain",
  "ca-life",
  "key-ids",
  "names",
  "identity",
  "server-url",
  "config-toml",
  "upstream-tls",
  "endpoint-certificates",
  "token-key",
  "token-issuers",
  "client-cas",
  "trust-files",
  "organization",
  "server-chain",
  "channels",
  "published",
  // What it does
  "not-tried",
  "tls-agreement",
  "serves",
  "probe",
  "accepted",
  "accepts-no-certificate",
  "prepared",
  "refuses-no-certificate",
  "refuses-wrong-host",
  "refuses-expired-server",
  "refuses-other-msp-id",
  "refuses-foreign-ca",
  "refuses-foreign-server",
  "refuses-expired",
] as const;

/** One of {@link CHECK_CODES}. */
export type CheckCode = (typeof CHECK_CODES)[number];
