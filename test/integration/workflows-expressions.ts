import { runInNewContext } from "node:vm";

/** Values that expressions of a workflow can refer to: `github`, `vars`, `matrix`, …. */
export type Contexts = Readonly<Record<string, unknown>>;

/** Whether earlier jobs or steps have failed. Nothing is ever cancelled here. */
export interface Standing {
  readonly failed: boolean;
}

const TOKEN = /'(?:[^']|'')*'|[A-Za-z_][\w.-]*(?=\()|[A-Za-z_][\w.-]*|==|!=|&&|\|\||[!()]|\s+|\d+/g;

/** Returns a text with each `${{ … }}` evaluated; values that are not strings are written as GitHub writes them. */
export function fill(value: unknown, contexts: Contexts, standing: Standing): string {
  const text = typeof value === "string" ? value : value === undefined ? "" : JSON.stringify(value);
  return text.replace(/\$\{\{(.*?)\}\}/gs, (_, expression: string) => {
    const found = evaluate(expression, contexts, standing) ?? "";
    return typeof found === "string" ? found : JSON.stringify(found);
  });
}

/** Returns the value of an expression, with or without `${{ }}` around it. */
export function evaluate(text: string, contexts: Contexts, standing: Standing): unknown {
  const expression = text.replace(/^\s*\$\{\{|\}\}\s*$/g, "");
  const tokens = expression.match(TOKEN) ?? [];
  if (tokens.join("") !== expression) throw new Error(`cannot read the expression ${expression}`);
  const script = tokens.map((token, position) => translate(token, tokens[position + 1])).join("");
  return runInNewContext(script, {
    get: (path: string) => lookUp(path, contexts),
    functions: {
      fromJSON: (json: string) => JSON.parse(json) as unknown,
      cancelled: () => false,
      failure: () => standing.failed,
      success: () => !standing.failed,
      always: () => true,
    },
  }) as unknown;
}

/** Whether a condition itself decides what happens after a failure; otherwise nothing runs after one. */
export function judgesFailures(condition: string | undefined): boolean {
  return /\b(cancelled|failure|success|always)\(\)/.test(condition ?? "");
}

function translate(token: string, next: string | undefined): string {
  if (token.startsWith("'")) return JSON.stringify(token.slice(1, -1).replaceAll("''", "'"));
  if (token === "==" || token === "!=") return `${token}=`;
  if (["true", "false", "null"].includes(token) || !/^[A-Za-z_]/.test(token)) return token;
  return next === "(" ? `functions.${token}` : `get(${JSON.stringify(token)})`;
}

function lookUp(path: string, contexts: Contexts): unknown {
  let value: unknown = contexts;
  for (const name of path.split(".")) {
    value = (value as Record<string, unknown> | null | undefined)?.[name];
  }
  return value;
}
