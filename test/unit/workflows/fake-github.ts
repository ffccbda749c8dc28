import { createRequire } from "node:module";
import { join } from "node:path";

/** Objects that a step of actions/github-script gets. */
export interface ScriptTools {
  readonly github: unknown;
  readonly context: unknown;
  readonly core: unknown;
}

export type Script = (tools: ScriptTools) => Promise<void>;

/** A comment or an issue. */
export interface Text {
  readonly id: number;
  readonly number?: number;
  body: string;
  title?: string;
  state?: string;
  labels?: readonly string[];
  readonly user: { readonly type: string };
  readonly pull_request?: object;
}

type Arguments = Readonly<Record<string, unknown>>;

/** Loads a module of .github/scripts that workflows require. */
export function loadScript(file: string): unknown {
  const scripts = join(__dirname, "..", "..", "..", ".github", "scripts");
  return createRequire(__filename)(join(scripts, file));
}

/** The part of GitHub that the scripts use, with its state, and a record of changes. */
export class FakeGitHub {
  readonly comments: Text[] = [];
  readonly issues: Text[] = [];
  /** Kinds of rules by environment. */
  readonly environments = new Map<string, readonly string[]>();
  /** Heads of successful runs, the newest first. */
  runs: string[] = [];
  /** Changes as "<call> <what>", in order. */
  readonly changes: string[] = [];
  readonly outputs = new Map<string, string>();
  readonly failures: string[] = [];
  readonly queries: Arguments[] = [];

  get tools(): ScriptTools {
    return { github: this.github, context: this.context, core: this.core };
  }

  private readonly context = {
    repo: { owner: "consortium", repo: "infrastructure" },
    issue: { number: 7 },
    serverUrl: "https://github.example",
    runId: 42,
    ref: "refs/heads/main",
  };

  private readonly core = {
    info: () => undefined,
    setOutput: (name: string, value: string) => void this.outputs.set(name, value),
    setFailed: (message: string) => void this.failures.push(message),
  };

  private readonly github = {
    paginate: async (list: (query: Arguments) => Promise<{ data: Text[] }>, query: Arguments) => {
      const { data } = await list(query);
      return data;
    },
    rest: {
      issues: {
        listComments: (query: Arguments) => this.answer(query, this.comments),
        listForRepo: (query: Arguments) =>
          this.answer(
            query,
            this.issues.filter(
              ({ state, labels }) =>
                state === query.state && labels?.includes(String(query.labels)),
            ),
          ),
        createComment: ({ issue_number: number, body }: Arguments) => {
          this.comments.push(this.text({ body: String(body) }));
          return this.changed(`createComment #${String(number)}`, {});
        },
        updateComment: ({ comment_id: id, body }: Arguments) => {
          Object.assign(this.comments.find((comment) => comment.id === id) ?? {}, { body });
          return this.changed(`updateComment ${String(id)}`, {});
        },
        create: ({ title, body, labels }: Arguments) => {
          const number = this.issues.length + 1;
          const issue = this.text({ body: String(body) }, number);
          this.issues.push(Object.assign(issue, { title, labels, state: "open" }));
          return this.changed(`create #${number}`, { number });
        },
        update: ({ issue_number: number, title, body, state }: Arguments) => {
          const issue = this.issues.find((each) => each.number === number);
          const what = Object.entries({ title, body, state }).filter(([, value]) => value);
          Object.assign(issue ?? {}, Object.fromEntries(what));
          return this.changed(
            `update #${String(number)} ${what.map(([key]) => key).join(" ")}`,
            {},
          );
        },
      },
      actions: {
        listWorkflowRuns: async (query: Arguments) => {
          const { data } = await this.answer(query, this.runs);
          return { data: { workflow_runs: data.map((head_sha) => ({ head_sha })) } };
        },
      },
      repos: {
        getEnvironment: ({ environment_name: name }: Arguments) => {
          const rules = this.environments.get(String(name));
          if (!rules) return Promise.reject(Object.assign(new Error("Not Found"), { status: 404 }));
          const kinds = rules.map((type) => ({ type }));
          return Promise.resolve({ data: { protection_rules: kinds } });
        },
      },
    },
  };

  /** Creates a text, written by the workflow unless `user` says otherwise. */
  text(what: Partial<Text> & { body: string }, number?: number): Text {
    const id = 100 + this.comments.length + this.issues.length;
    return { id, ...(number !== undefined && { number }), user: { type: "Bot" }, ...what };
  }

  private answer<T>(query: Arguments, data: readonly T[]): Promise<{ data: T[] }> {
    this.queries.push(query);
    return Promise.resolve({ data: [...data] });
  }

  private changed<T>(what: string, data: T): Promise<{ data: T }> {
    this.changes.push(what);
    return Promise.resolve({ data });
  }
}

/** Runs something with these environment variables. */
export async function withEnvironment(
  variables: Readonly<Record<string, string>>,
  action: () => Promise<void>,
): Promise<void> {
  const before = { ...process.env };
  Object.assign(process.env, variables);
  try {
    await action();
  } finally {
    process.env = before;
  }
}
