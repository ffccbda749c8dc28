/**
 * The Pulumi program: it reads the stack's configuration, deploys what is configured, and returns the stack's outputs.
 * Importing it registers nothing.
 */
declare const program: () => Promise<Record<string, unknown>>;
export = program;
