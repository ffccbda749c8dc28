/** Every code that a check can have. Each is a section of cli/verify/README.md, and a contract for programs. */
export const CHECK_CODES = [
  // What is deployed
  "waiting",
  "release",
  "roll-out",
  "drift",
  "mounted-objects",
  "private-keys",
  "files",
  // What it holds
  "mutual-tls",
  "verify-msp-id",
  "certificate",
  "key",
  "purpose",
  "expiry",
  "chain",
  "ca-life",
  "key-ids",
  "names",
  "client-cas",
  "trust-files",
  "organization",
  "server-chain",
  "channels",
  "published",
  // What it does
  "not-tried",
  "serves",
  "probe",
  "accepted",
  "refuses-no-certificate",
  "refuses-wrong-host",
  "refuses-expired-server",
  "refuses-other-msp-id",
  "refuses-foreign-ca",
  "refuses-expired",
] as const;

/** One of {@link CHECK_CODES}. */
export type CheckCode = (typeof CHECK_CODES)[number];
