import type { Container } from "./container";
import { Conversation, type Answer } from "./conversation";
import { dinghyProgram, javaProgram } from "./programs";

/** What a caller gets. */
export interface Response {
  readonly status: number;
  /** Whom the server took the caller for. */
  readonly body: string;
  /** Java's callers: the cipher suite, of a TLS connection. */
  readonly suite?: string;
  /** Go's callers: how many certificates the server sent. */
  readonly certificates?: number;
}

/** How a service calls another. */
export interface Call {
  /** The caller's property that holds the URL. */
  readonly url: string;
  /** Where that really is on this machine. */
  readonly port: number;
  /** Another host than that of the URL. @default - that of the URL */
  readonly host?: string;
}

/**
 * The two ways in which services make their clients with kork: OkHttpClientProvider for each endpoint, e.g. in Gate and
 * Orca, and a bean that is an OkHttpClient.Builder, e.g. in Echo and Igor.
 */
export const KORK_CLIENTS = ["provider", "builder"] as const;
export type KorkClient = (typeof KORK_CLIENTS)[number];

/** Services in Java, each with a Spring Boot application of its own in one process. */
export class JavaServices {
  private count = 0;
  private constructor(private readonly java: Conversation) {}

  static async begin(): Promise<JavaServices> {
    const program = await javaProgram();
    return new JavaServices(
      new Conversation("java", (scratch) => [`-Djava.io.tmpdir=${scratch}`, ...program]),
    );
  }

  /** @param settings what the tests alone set: it counts more than all files. */
  async start(
    { service, root, environment }: Container,
    settings: Readonly<Record<string, string | number>> = {},
  ): Promise<JavaService> {
    const id = `${service}-${++this.count}`;
    const own = {
      "server.port": 0,
      "server.address": "127.0.0.1",
      "logging.level.root": "off", // what fails is in the answer
      "spring.main.banner-mode": "off",
      ...settings,
    };
    const args = Object.entries(own).map(([name, value]) => `--${name}=${value}`);
    const { port } = await this.java.demand<{ port: number }>({
      do: "start",
      id,
      service,
      root,
      environment,
      arguments: args,
    });
    return new JavaService(this.java, id, port);
  }

  /** Why one of them has refused this caller's handshake. */
  refusal(answer: Answer<Response>): Promise<string> {
    return refusal(this.java, answer);
  }
}

export class JavaService {
  constructor(
    private readonly java: Conversation,
    private readonly id: string,
    readonly port: number,
  ) {}

  call(call: Call, client: KorkClient = "provider"): Promise<Answer<Response>> {
    return this.java.ask<Response>({ do: "call", id: this.id, client, ...call });
  }

  async stop(): Promise<void> {
    await this.java.demand({ do: "stop", id: this.id });
  }
}

/** Dinghy, in a process of its own. */
export class Dinghy {
  private constructor(private readonly go: Conversation) {}

  /** @param variables what the container has beyond our own. */
  static async begin(
    { root, environment }: Container,
    variables: Readonly<Record<string, string>> = {},
  ): Promise<Dinghy> {
    const env = { ...environment, ...variables };
    return new Dinghy(new Conversation(await dinghyProgram(), () => [root], env));
  }

  /** @returns the port. */
  async serve(): Promise<number> {
    return (await this.go.demand<{ port: number }>({ do: "serve" })).port;
  }

  /** @returns why it does not start. */
  async failure(): Promise<string> {
    const answer = await this.go.ask<{ port: number }>({ do: "serve" });
    return "error" in answer ? answer.error.join(": ") : "it has started";
  }

  call(call: Call, client: "http" | "default"): Promise<Answer<Response>> {
    return this.go.ask<Response>({ do: "call", client, ...call });
  }

  /** How many roots are in Go's own pool. */
  async roots(): Promise<number> {
    return (await this.go.demand<{ count: number }>({ do: "roots" })).count;
  }

  /** Why it has refused this caller's handshake. */
  refusal(answer: Answer<Response>): Promise<string> {
    return refusal(this.go, answer);
  }
}

/** The server's side of it: in TLS 1.3 the client may have sent its request before it is refused, and then learns no reason. */
async function refusal(program: Conversation, answer: Answer<Response>): Promise<string> {
  if (!("error" in answer)) throw new Error(`accepted as ${answer.body}`);
  const { reasons } = await program.demand<{ reasons: string[] }>({
    do: "refusal",
    from: answer.from,
  });
  return reasons.join(": ");
}
