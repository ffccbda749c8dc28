/** A backend for Pulumi's states that several people could share, for the tests of one file. */
export interface TestBackend {
  /** URL for PULUMI_BACKEND_URL. */
  readonly url: string;
  /** Further variables that Pulumi needs to reach it. */
  readonly environment: Readonly<Record<string, string>>;
  /** Texts that give access to it, which nobody may print or write down. */
  readonly secrets: readonly string[];
  /** Returns the names of the locks on a stack. */
  readonly locks: (stack: string) => string[];
  /** Kills a process group that uses the backend, without a chance to clean up. */
  readonly kill: (group: number) => Promise<void>;
  /** Ends the backend, after which nobody can reach it. */
  readonly end: () => Promise<void>;
}

/** Folder of a stack's locks, relative to the place where the backend keeps everything. */
export function lockFolder(stack: string): string {
  return `.pulumi/locks/organization/countersign/${stack}`;
}

/** Kills a process group. A store that writes an object as a whole has none that is half written. */
export function killNow(group: number): Promise<void> {
  process.kill(-group, "SIGKILL");
  return Promise.resolve();
}
