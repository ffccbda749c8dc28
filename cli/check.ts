/** One thing that was checked. Every text in it is safe to print. */
export interface Check {
  /** Whom it concerns: `orchestrator`, or an organization's MSP ID. */
  readonly party: string;
  /** Stable name of what is checked; also the section of the page that explains it. */
  readonly code: string;
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
  readonly checks: Check[] = [];

  constructor(readonly party: string) {}

  pass(code: string, message: string): void {
    this.checks.push({ party: this.party, code, ok: true, severity: "error", message });
  }

  fail(code: string, message: string, todo: string): void {
    this.checks.push({ party: this.party, code, ok: false, severity: "error", message, todo });
  }

  warn(code: string, message: string, todo: string): void {
    this.checks.push({ party: this.party, code, ok: false, severity: "warning", message, todo });
  }

  /** One line for an invariant that can be broken in several ways. */
  judge(code: string, problems: readonly string[], good: string, todo: string): boolean {
    if (problems.length === 0) this.pass(code, good);
    else this.fail(code, problems.join(" "), todo);
    return problems.length === 0;
  }

  /** Whether everything with this code held so far; nothing checked counts as held. */
  holds(code: string): boolean {
    return this.checks.every((check) => check.code !== code || check.ok);
  }
}

/** Exit status of a command that checks: 0 all hold, 1 something does not. */
export function exitStatus(checks: readonly Check[]): 0 | 1 {
  return checks.some(({ ok, severity }) => !ok && severity === "error") ? 1 : 0;
}
