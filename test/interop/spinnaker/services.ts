import type { Container } from "./container";
import { Conversation, type Answer } from "./conversation";
import { dinghyProgram, javaProgram } from "./programs";

/** Response to a caller. */
export interface Response {
  readonly status: number;
  /** Identity of the caller, as the server sees it. */
  readonly body: string;
  /** Cipher suite of a TLS connection, for callers in Java. */
  readonly suite?: string;
  /** Number of certificates that the server sent, for callers in Go. */
  readonly certificates?: number;
}

/** A call from one service to another. */
export interface Call {
  /** Property of the caller that contains the URL. */
  readonly url: string;
  /** Port of the server on this machine. */
  readonly port: number;
  /** Host that replaces the URL's. @default - the URL's */
  readonly host?: string;
}

/**
 * The two ways in which services make their clients with kork: OkHttpClientProvider for each endpoint, e.g. in Gate and
 * Orca, and a bean that is an OkHttpClient.Builder, e.g. in Echo and Igor.
 */
export const KORK_CLIENTS = ["provider", "builder"] as const;
export type KorkClient = (typeof KORK_CLIENTS)[number];

/** Services in Java, each with its own Spring Boot application, in one process. */
export class JavaServices {
  private count = 0;
  private constructor(private readonly java: Conversation) {}

  static async begin(): Promise<JavaServices> {
    const program = await javaProgram();
    return new JavaServices(
      new Conversation("java", (scratch) => [`-Djava.io.tmpdir=${scratch}`, ...program]),
    );
  }

  /** Starts a service. @param settings settings that only the tests use; they override all files. */
  async start(
    { service, root, environment }: Container,
    settings: Readonly<Record<string, string | number>> = {},
  ): Promise<JavaService> {
    const id = `${service}-${++this.count}`;
    const own = {
      "server.port": 0,
      "server.address": "127.0.0.1",
      "logging.level.root": "off", // failures are in the answer
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

  /** Returns the reason why one of them refused this caller's handshake. */
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

/** Dinghy, in its own process. */
export class Dinghy {
  private constructor(private readonly go: Conversation) {}

  /** Starts Dinghy. @param variables variables of the container in addition to Countersign's. */
  static async begin(
    { root, environment }: Container,
    variables: Readonly<Record<string, string>> = {},
  ): Promise<Dinghy> {
    const env = { ...environment, ...variables };
    return new Dinghy(new Conversation(await dinghyProgram(), () => [root], env));
  }

  /** Starts its server. @returns the port. */
  async serve(): Promise<number> {
    return (await this.go.demand<{ port: number }>({ do: "serve" })).port;
  }

  /** Tries to start its server. @returns the reason why it does not start. */
  async failure(): Promise<string> {
    const answer = await this.go.ask<{ port: number }>({ do: "serve" });
    return "error" in answer ? answer.error.join(": ") : "it has started";
  }

  call(call: Call, client: "http" | "default"): Promise<Answer<Response>> {
    return this.go.ask<Response>({ do: "call", client, ...call });
  }

  /** Returns the number of roots in Go's own pool. */
  async roots(): Promise<number> {
    return (await this.go.demand<{ count: number }>({ do: "roots" })).count;
  }

  /** Returns the reason why it refused this caller's handshake. */
  refusal(answer: Answer<Response>): Promise<string> {
    return refusal(this.go, answer);
  }
}

/** Asks the server for the reason: in TLS 1.3, a client that has sent its request before it is refused learns none. */
async function refusal(program: Conversation, answer: Answer<Response>): Promise<string> {
  if (!("error" in answer)) throw new Error(`accepted as ${answer.body}`);
  const { reasons } = await program.demand<{ reasons: string[] }>({
    do: "refusal",
    from: answer.from,
  });
  return reasons.join(": ");
}
