import { getProject, getStack, log } from "@pulumi/pulumi";

/** The part of the SDK's requests that tests look at. */
export interface Request {
  getType(): string;
  getName(): string;
  getParent(): string;
  getCustom(): boolean;
  getUrn(): string;
  getObject(): Struct | undefined;
  getOutputs(): Struct | undefined;
  getDependenciesList(): string[];
  getAliasesList(): Alias[];
  getIgnorechangesList(): string[];
  getRetainondelete(): boolean;
  getProvider(): string;
}

export interface Response {
  getUrn(): string;
  getObject(): Struct | undefined;
}

interface Struct {
  toJavaScript(): unknown;
}

/** An alias: a whole URN, or its parts, of which empty ones are those of the resource. */
interface Alias {
  getUrn(): string;
  getSpec(): { getName(): string; getType(): string; getParenturn(): string } | undefined;
}

type Callback = (error: unknown, response?: Response) => void;
type Call = (request: Request, callback: Callback) => unknown;
export type Monitor = Record<string, Call>;

/** Observes the SDK's mock engine: requests before they are answered, and its answers. */
export function intercept(
  monitor: Monitor,
  method: string,
  after: (request: Request, response?: Response) => void,
  before: (request: Request) => void = () => undefined,
): void {
  const original = monitor[method]?.bind(monitor);
  monitor[method] = (request, callback) => {
    before(request);
    return original?.(request, (error, response) => {
      if (!error) after(request, response);
      callback(error, response);
    });
  };
}

/** Makes the SDK's mock engine give the URNs of the engine; its own ones contain only the parent's type, not all above. */
export function giveWholeUrns(monitor: Monitor): void {
  Object.assign(monitor, { newUrn: urnBelow });
}

function urnBelow(parent: string, type: string, name: string): string {
  const above = parent.split("::")[2];
  const isTop = above === undefined || above === "pulumi:pulumi:Stack";
  const types = isTop ? type : `${above}$${type}`;
  return `urn:pulumi:${getStack()}::${getProject()}::${types}::${name}`;
}

/** The URNs that a resource may have in an older state, as the engine derives them from its aliases. */
export function aliasesOf(request: Request): string[] {
  return request.getAliasesList().map((alias) => {
    const spec = alias.getSpec();
    if (spec === undefined) return alias.getUrn();
    const type = spec.getType() || request.getType();
    return urnBelow(spec.getParenturn(), type, spec.getName() || request.getName());
  });
}

/** A message of the program to the user. */
export interface Message {
  readonly severity: "info" | "warn";
  readonly text: string;
}

/** Records what the program logs. The SDK's mock engine has no place for it, and it would be printed. */
export function recordMessages() {
  const messages: Message[] = [];
  const { info, warn } = log;
  const record = (severity: Message["severity"]) => (text: string) => {
    messages.push({ severity, text });
    return Promise.resolve();
  };
  Object.assign(log, { info: record("info"), warn: record("warn") });
  return { messages, stop: () => void Object.assign(log, { info, warn }) };
}
