import { z } from "zod";
import { CannotCheck } from "../../command/failure";
import { readProperty, type Property } from "./value";

type Properties = Readonly<Record<string, Property>>;

/** A resource on one side of a change. */
export interface State {
  readonly inputs: Properties;
  readonly outputs: Properties;
  /** URNs of the resources that it depends on, by input. */
  readonly dependencies: Readonly<Record<string, readonly string[]>>;
  /** Name and version of its provider, e.g. `default_5_3_1`; undefined for a component. */
  readonly provider: string | undefined;
  /** Whether it stays in the cluster when the stack no longer has it. */
  readonly retained?: boolean;
}

/** `5.3.1` for `default_5_3_1`; the name of a provider that the program configures contains no version. */
export function providerVersion(provider = ""): string {
  return provider.replace(/^default_(\d+)_(\d+)_(\d+)/, "$1.$2.$3");
}

/** Operation of an update on a resource. A replacement is one operation. */
export type Operation = "same" | "create" | "update" | "replace" | "delete" | "other";

/** Change of one property by an update. */
export interface PropertyChange {
  /** As Pulumi writes it, e.g. `values.orchestrator.tls.cacert`. */
  readonly path: string;
  readonly kind: "add" | "delete" | "update";
}

/** A resource, and what the update does to it. */
export interface PlannedResource {
  readonly urn: string;
  /** E.g. `tls:index/locallySignedCert:LocallySignedCert`. */
  readonly type: string;
  readonly name: string;
  /** URN of its parent. */
  readonly parent: string | undefined;
  readonly operation: Operation;
  /** Undefined if it does not exist yet. */
  readonly before: State | undefined;
  /** Undefined if it will no longer exist. */
  readonly after: State | undefined;
  /** Inputs that cause an update or replacement. */
  readonly reasons: readonly string[];
  readonly changes: readonly PropertyChange[];
}

interface Message {
  readonly severity: "error" | "warning" | "info";
  readonly text: string;
}

/** Content of the preview of one stack. */
export interface Plan {
  readonly stack: string;
  /** Sorted by URN, which does not depend on the order in which the engine processed them. */
  readonly resources: readonly PlannedResource[];
  /** The stack's current outputs. */
  readonly outputs: Properties;
  readonly messages: readonly Message[];
  /** Why the preview failed. The rest of the plan is then incomplete. */
  readonly failure: string | undefined;
}

const state = z.object({
  inputs: z.record(z.string(), z.unknown()).default({}),
  outputs: z.record(z.string(), z.unknown()).default({}),
  parent: z.string().optional(),
  provider: z.string().optional(),
  retainOnDelete: z.boolean().default(false),
  propertyDependencies: z.record(z.string(), z.array(z.string()).nullable()).default({}),
});

const step = z.object({
  op: z.string(),
  urn: z.string().regex(/^urn:pulumi:[^:]+::[^:]+::.+::.+$/),
  oldState: state.optional(),
  newState: state.optional(),
  diffReasons: z.array(z.string()).nullish(),
  replaceReasons: z.array(z.string()).nullish(),
  detailedDiff: z.record(z.string(), z.object({ kind: z.string() })).nullish(),
});

const digest = z.object({
  steps: z.array(step),
  diagnostics: z
    .array(z.object({ message: z.string().default(""), severity: z.string().default("info") }))
    .nullish(),
});

/**
 * Reads what `pulumi preview --json --show-sames` printed (pulumi/pulumi pkg/backend/display/json.go, 3.245).
 *
 * @param origin of the text, for messages; also the name of a stack that failed too early to have one.
 * @throws CannotCheck if it is something else.
 */
export function readPlan(text: string, origin: string): Plan {
  const { steps, diagnostics } = readDigest(text, origin);
  const said = (diagnostics ?? []).map(messageOf).filter(({ text: message }) => message !== "");
  const errors = said.filter(({ severity }) => severity === "error");
  const messages = said.filter(({ severity }) => severity !== "error");
  const [first] = steps;
  if (errors.length > 0) {
    const failure = errors.map(({ text: message }) => message).join("\n");
    const stack = first?.urn.split(":")[2] ?? origin;
    return { stack, resources: [], outputs: {}, messages, failure };
  }
  if (first === undefined) {
    throw new CannotCheck(
      `${origin} contains no resources; create it with \`pulumi preview --json --show-sames\``,
    );
  }
  const resources = mergeSteps(steps);
  const stack = resources.find(({ type }) => type === "pulumi:pulumi:Stack");
  if (stack === undefined || (stack.operation === "same" && resources.length === 1)) {
    throw new CannotCheck(
      `${origin} omits resources that stay the same; create it with \`pulumi preview --json --show-sames\``,
    );
  }
  return {
    stack: first.urn.split(":")[2] ?? "",
    resources,
    outputs: stack.before?.outputs ?? {},
    messages,
    failure: undefined,
  };
}

function readDigest(text: string, origin: string): z.output<typeof digest> {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    throw new CannotCheck(
      `${origin} is not JSON; create it with \`pulumi preview --json --show-sames\``,
    );
  }
  const { data, error } = digest.safeParse(content);
  if (data) return data;
  const [issue] = error.issues;
  throw new CannotCheck(
    `${origin} is not what \`pulumi preview --json --show-sames\` prints (${issue?.path.join(".") ?? ""}: ${issue?.message ?? ""})`,
  );
}

/** Merges the steps of a replacement, which the engine lists one by one if asked to. */
function mergeSteps(steps: z.output<typeof digest>["steps"]): PlannedResource[] {
  const byUrn = new Map<string, PlannedResource>();
  for (const each of steps) {
    const next = resourceOf(each);
    const known = byUrn.get(next.urn);
    const replaces = known?.operation === "replace" || next.operation === "replace";
    byUrn.set(
      next.urn,
      known && replaces
        ? {
            ...(known.operation === "replace" ? known : next),
            before: known.before ?? next.before,
            after: known.after ?? next.after,
          }
        : next,
    );
  }
  return [...byUrn.values()].sort((one, other) => (one.urn < other.urn ? -1 : 1));
}

const OPERATIONS: Readonly<Record<string, Operation>> = {
  same: "same",
  refresh: "same",
  create: "create",
  import: "create",
  update: "update",
  delete: "delete",
  replace: "replace",
  "create-replacement": "replace",
  "delete-replaced": "replace",
  "import-replacement": "replace",
};

function resourceOf(each: z.output<typeof step>): PlannedResource {
  const [, , types = "", ...name] = each.urn.split("::");
  const operation = OPERATIONS[each.op] ?? "other";
  return {
    urn: each.urn,
    type: types.slice(types.lastIndexOf("$") + 1),
    name: name.join("::"),
    parent: (each.newState ?? each.oldState)?.parent,
    operation,
    before: each.oldState && stateOf(each.oldState),
    after: each.newState && stateOf(each.newState),
    reasons: [...new Set([...(each.replaceReasons ?? []), ...(each.diffReasons ?? [])])].sort(),
    changes: Object.entries(each.detailedDiff ?? {})
      .map(([path, { kind }]) => ({ path, kind: kindOf(kind) }))
      .sort((one, other) => (one.path < other.path ? -1 : 1)),
  };
}

function stateOf({
  inputs,
  outputs,
  provider,
  propertyDependencies,
  retainOnDelete,
}: z.output<typeof state>): State {
  return {
    inputs: propertiesOf(inputs),
    outputs: propertiesOf(outputs),
    dependencies: Object.fromEntries(
      Object.entries(propertyDependencies).map(([input, urns]) => [input, urns ?? []]),
    ),
    // urn:pulumi:<stack>::<project>::pulumi:providers:tls::default_5_3_1::<id>
    provider: provider?.split("::").at(3),
    ...(retainOnDelete && { retained: true }),
  };
}

function propertiesOf(properties: Readonly<Record<string, unknown>>): Properties {
  return readProperty(properties) as Properties;
}

function kindOf(kind: string): PropertyChange["kind"] {
  if (kind.startsWith("add")) return "add";
  return kind.startsWith("delete") ? "delete" : "update";
}

function messageOf({ message, severity }: { readonly message: string; readonly severity: string }) {
  // The engine repeats the severity at the start of the text.
  const text = message.replace(/^(error|warning|info): /, "").trim();
  const known = severity === "error" || severity === "warning" ? severity : "info";
  return { severity: known, text } as const;
}
