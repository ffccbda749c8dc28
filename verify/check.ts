import type { CheckCode } from "./check-codes";

/** One thing that was checked. Every text in it is safe to print. */
export interface Check {
  /** Whom it concerns: `orchestrator`, or an organization's MSP ID. */
  readonly party: string;
  /** Stable name of what is checked; also the section of the page that explains it. */
  readonly code: CheckCode;
  readonly ok: boolean;
  /** A warning is an early one: it holds today, and does not decide the exit status. */
  readonly severity: "error" | "warning";
  /** What was found. */
  readonly message: string;
  /** What to do; only where `ok` is false. */
  readonly todo?: string;
}

/** The checks of one party, in the order in which they are made. */
export class Checklist {
  /**
   * @param checks what is there already.
   * @param prefix of every message.
   */
  constructor(
    readonly party: string,
    readonly checks: Check[] = [],
    private readonly prefix = "",
  ) {}

  /** The same list, for checks of a part of the party. */
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

  /** One line for an invariant that can be broken in several ways. */
  judge(code: CheckCode, problems: readonly string[], good: string, todo: string): boolean {
    if (problems.length === 0) this.pass(code, good);
    else this.fail(code, problems.join(" "), todo);
    return problems.length === 0;
  }

  /** Whether everything with this code held so far; nothing checked counts as held. */
  holds(code: CheckCode): boolean {
    return this.checks.every((check) => check.code !== code || check.ok);
  }
}

/** Each party's checks together, parties in the order of their first one. */
export function byParty(checks: readonly Check[]): readonly Check[] {
  const parties = new Set(checks.map(({ party }) => party));
  return [...parties].flatMap((party) => checks.filter((check) => check.party === party));
}

/** Exit status of a command that checks: 0 all hold, 1 something does not. */
export function exitStatus(checks: readonly Check[]): 0 | 1 {
  return checks.some(({ ok, severity }) => !ok && severity === "error") ? 1 : 0;
}
