import type { Access } from "../volume";

/** Files with which a client calls a server. */
export interface Client {
  /** The certificate, followed by intermediates if there are any; undefined for a client without one. */
  readonly certificate?: string | undefined;
  readonly key?: string | undefined;
  /** The CAs that it trusts. */
  readonly cas: string;
}

/** A client with a certificate. */
export interface Holder extends Client {
  readonly certificate: string;
  readonly key: string;
}

/** A server as a client calls it. */
export interface Callee {
  readonly port: number;
  /** Host whose name must be in the server's certificate. */
  readonly host: string;
}

/** What precedes TLS in a protocol. */
export interface Greeting {
  /** What the client says first. @default - nothing */
  readonly says?: Buffer;
  /** What the server then says. */
  readonly hears: RegExp;
}

/** Folders of one server. */
export interface Folders {
  /** The volume with its deployed files, `/tls` in the pages. */
  readonly tls: string;
  /** A folder for everything else that it needs. */
  readonly own: string;
}

/** A running server. */
export interface Running {
  readonly port: number;
  stop(): Promise<void>;
  /** Waits until the server has written this. */
  says(pattern: RegExp): Promise<void>;
  /** Replaces the process, as the roll of a pod does. @default - it reads changed files by itself */
  readonly restart?: () => Promise<void>;
}

/** Clients that a server must refuse, besides those without a certificate. */
export type Refused = "none" | "foreign" | "expired" | "other";

/** A real server with its page, its stack file and a client that speaks its protocol. */
export interface Recipe {
  /** Name of its page and of its stack file. */
  readonly name: string;
  /** The services of its stack file. */
  readonly server: string;
  readonly client: string;
  /** What the server says about who the client is. */
  readonly sees: string;
  /**
   * Reasons for refusals, in what the client hears: no certificate, another CA, an expired certificate, another
   * service's certificate; undefined if the server lets it in.
   */
  readonly refusals: Readonly<Record<Refused, RegExp | undefined>>;
  /** Reasons that the server reports, if clients hear nothing. @default - clients hear the reason */
  readonly reports?: Readonly<Partial<Record<Refused, RegExp>>>;
  /** Reason why a client refuses a server with another name. */
  readonly wrongHost: RegExp;
  /** What precedes TLS. @default - nothing */
  readonly greeting?: Greeting;
  /** Access to the files that the server needs. @default - only this user has access */
  readonly access?: () => Access;
  /**
   * Builds or installs what it needs.
   *
   * @throws NotInstalled if no archive has it.
   */
  prepare(): Promise<unknown>;
  start(folders: Folders): Promise<Running>;
  /** Calls the server. @returns what it says about who the client is. */
  ask(callee: Callee, client: Client): Promise<string>;
}
