import { parse } from "yaml";
import { z } from "zod";
import { endpointSetbacks, type SubstraAdmission } from "../admission";
import { enrollments, type EnrollmentConfig } from "../enrollments";
import { ConfigError, problemsOf } from "../../../config/problems";
import { signedBy } from "../stacks";
import type { InUse } from "../../../enrollment/setbacks";
import { LIMITS, readFileText } from "../../../host";
import { CannotCheck, messageOf } from "../../../command/failure";

/** Signer for an organization of the stack, and its backend's connection; undefined if the stack itself signs. */
export type Signer =
  (z.output<typeof signedBy> & Pick<InUse<SubstraAdmission>, "furtherSetbacks">) | undefined;

/** Parts of a stack's configuration that determine what may be imported. */
export interface ExchangeConfig {
  /** Path of the configuration file. */
  readonly path: string;
  /** Enrollments by MSP ID. */
  readonly enrollments: ReadonlyMap<string, EnrollmentConfig>;
  /** Signers by MSP ID. */
  readonly organizations: ReadonlyMap<string, Signer>;
}

/** Connection to the orchestrator. Invalid values are ignored here; `pulumi up` refuses them. */
const orchestrator = z
  .looseObject({
    sameCluster: z.boolean().optional(),
    host: z.string().optional(),
    port: z.number().optional(),
  })
  .catch({});

/** Organizations, with only their signer and connection. `pulumi up` checks everything else. */
const organizations = z.record(
  z.string(),
  z.looseObject({ signedBy: signedBy.optional(), orchestrator: orchestrator.default({}) }),
);

/**
 * Reads from a stack's configuration file what may be imported. Nothing is decrypted: secrets are left out.
 *
 * @throws CannotCheck if there is no such file.
 * @throws ConfigError with every problem of the parts that are read.
 */
export function readExchangeConfig(path: string): ExchangeConfig {
  const sections = sectionsIn(path);
  const read = <S extends z.ZodType>(section: string, schema: S): z.output<S> => {
    const result = schema.safeParse(sectionOf(section, sections, path), { reportInput: true });
    if (result.success) return result.data;
    throw new ConfigError(problemsOf(section, result.error));
  };
  const own = read("organizations", organizations);
  return {
    path,
    enrollments: new Map(Object.entries(read("enrollments", enrollments))),
    organizations: new Map(
      Object.entries(own).map(([mspId, { signedBy: signer, orchestrator: wishes }]) => [
        mspId,
        signer && { ...signer, furtherSetbacks: endpointSetbacks({ orchestrator: wishes }) },
      ]),
    ),
  };
}

/** Returns the name of a stack's configuration file in the project's folder. */
export function configFileOf(stack: string): string {
  return `Pulumi.${stack.slice(stack.lastIndexOf("/") + 1)}.yaml`;
}

function sectionsIn(path: string): Readonly<Record<string, unknown>> {
  let text: string;
  try {
    text = readFileText(path, { limit: LIMITS.config });
  } catch (error) {
    throw new CannotCheck(
      `the stack's configuration cannot be read: ${messageOf(error)}; run this in the project's folder, or give --config-file`,
    );
  }
  const file = z.object({ config: z.record(z.string(), z.unknown()).default({}) });
  const result = file.safeParse(parseYaml(text));
  if (result.success) return result.data.config;
  throw new CannotCheck(`${path} is not a configuration file of a stack`);
}

function parseYaml(text: string): unknown {
  try {
    return parse(text, { logLevel: "error" });
  } catch {
    return undefined;
  }
}

function sectionOf(
  section: string,
  sections: Readonly<Record<string, unknown>>,
  path: string,
): unknown {
  const value = sections[`countersign:${section}`] ?? {};
  if (isSecret(value)) {
    throw new CannotCheck(
      `countersign:${section} in ${path} is one secret, and nothing is decrypted here: set its keys one by one (\`pulumi config set --path\`), and only private keys as secrets`,
    );
  }
  return withoutSecrets(typeof value === "string" ? parseYaml(value) : value);
}

function isSecret(value: unknown): boolean {
  return typeof value === "object" && value !== null && "secure" in value;
}

/** Removes secrets, as a ciphertext is of no use here. */
function withoutSecrets(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, entry]) => !isSecret(entry))
      .map(([key, entry]) => [key, withoutSecrets(entry)]),
  );
}
