import { z } from "zod";
import { quote } from "../../x509";
import { CannotCheck } from "../failure";

const row = z.object({
  component: z.string(),
  kind: z.enum(["file", "environment"]),
  name: z.string(),
  holds: z.enum(["certificate", "key", "ca", "path", "url"]),
  secret: z.boolean(),
  mountPath: z.string().optional(),
  variable: z.string().optional(),
  value: z.string().optional(),
  sha256: z.string(),
  notAfter: z.string().optional(),
});

const outputs = z.object({
  caBundle: z.string(),
  certificates: z.object({
    choreo: z.record(z.string(), z.object({ certificate: z.string() })).default({}),
  }),
  choreo: z.object({
    project: z.string(),
    target: z.object({ kind: z.enum(["console", "openchoreo"]) }),
    components: z.record(z.string(), z.object({ plan: z.array(row) })),
  }),
});

export type Row = z.output<typeof row>;
export type ChoreoOutputs = z.output<typeof outputs>;

/**
 * Reads what a stack says of its Choreo project.
 *
 * @param origin of the content, for messages.
 * @throws CannotCheck if there is none.
 */
export function readChoreo(content: unknown, origin: string): ChoreoOutputs {
  const parsed = outputs.safeParse(content);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new CannotCheck(
    `the outputs of ${origin} are not those of a deployed Choreo project (${quote(issue?.path.join(".") ?? "")}): run \`pulumi up\` first`,
  );
}
