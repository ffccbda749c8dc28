/** A file that somebody takes elsewhere. */
export interface GatewayFile {
  /** With slashes, below the folder of all of them. */
  readonly path: string;
  readonly content: string | Buffer;
  /** Whether only its owner may read it. */
  readonly isSecret: boolean;
}
