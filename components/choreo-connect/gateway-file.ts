/** A file that somebody takes elsewhere. */
export interface GatewayFile {
  /** Path below the folder of all files, with slashes. */
  readonly path: string;
  readonly content: string | Buffer;
  /** Whether only its owner may read it. */
  readonly isSecret: boolean;
}
