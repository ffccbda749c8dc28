import { createSecureContext, type Server as TlsServer, type TLSSocket } from "node:tls";
import type { Server, ServerUnaryCall, sendUnaryData, ServiceDefinition } from "@grpc/grpc-js";
import { readCertificate, type Certificate } from "../../../x509";
import { openEntrance, portOf, type EntranceOptions } from "../../../verify/tls/entrance";
import { ANY_CA, type PemPair } from "../../../verify/tls/handshake";
import { refusalOf } from "./access";
import type { OrchestratorSetup } from "./setup";

/** Method that shows whether the orchestrator accepts a client. It needs no arguments and changes nothing. */
export const SMOKE_TEST = "/orchestrator.OrganizationService/GetAllOrganizations";
/** Method that the pod's probes call. It needs no organization. */
export const HEALTH = "/grpc.health.v1.Health/Check";

/** `SERVING` in the response of {@link HEALTH}: field 1, value 1. */
const SERVING = Buffer.from([0x08, 0x01]);
const NOTHING = Buffer.alloc(0);
const DEADLINE = 5000;

/** A server that accepts the same clients as the orchestrator. */
export interface RunningServer {
  readonly port: number;
  close(): void;
}

/** Loads the gRPC library only when it is needed, because that is slow. */
const library = () => import("@grpc/grpc-js");

/** Starts a server on the loopback interface, with the orchestrator's pair, CAs and rules. */
export async function serve(
  entrance: EntranceOptions,
  setup: OrchestratorSetup,
): Promise<RunningServer> {
  const { Server: GrpcServer, ServerCredentials } = await library();
  const server: Server = new GrpcServer();
  const presented = new Map<string, Certificate[]>();
  server.addService(service(SMOKE_TEST), {
    call: (call: ServerUnaryCall<Buffer, Buffer>, answer: sendUnaryData<Buffer>) => {
      const { metadata } = call;
      const [mspid, channel] = [
        metadata.get("mspid").map(String),
        metadata.get("channel").map(String),
      ];
      const refusal = refusalOf(setup, presented.get(call.getPeer()) ?? [], { mspid, channel });
      answer(refusal ?? null, NOTHING);
    },
  });
  server.addService(service(HEALTH), {
    call: (_call: unknown, answer: sendUnaryData<Buffer>) => answer(null, SERVING),
  });
  // TLS is terminated here, not by gRPC, to see all certificates that a client presents.
  const injector = server.createConnectionInjector(ServerCredentials.createInsecure());
  const tls: TlsServer = await openEntrance(entrance, (socket) => {
    presented.set(`${socket.remoteAddress ?? ""}:${socket.remotePort ?? 0}`, presentedBy(socket));
    injector.injectConnection(socket);
  });
  return {
    port: portOf(tls),
    close: () => {
      injector.destroy();
      server.forceShutdown();
      tls.close();
    },
  };
}

/**
 * Returns the certificates that a client presented, without self-signed ones: unlike the backend's, Node's client also
 * sends its CA.
 */
function presentedBy(socket: TLSSocket): Certificate[] {
  const found: Certificate[] = [];
  let next = socket.getPeerX509Certificate();
  while (next !== undefined && next.subject !== next.issuer) {
    found.push(readCertificate(next.toString(), "a client's certificate"));
    next = next.issuerCertificate;
  }
  return found;
}

/** A client, and the server that it calls. */
export interface Caller {
  readonly pair: PemPair;
  /** CAs that it trusts for the server, as PEM. */
  readonly ca: string;
  /** Host and port that it really calls. */
  readonly authority: { readonly host: string; readonly port: string };
}

/** Status of a call; code 0 is success. */
interface Status {
  readonly code: number;
  readonly details: string;
}

/** Calls a method of the server on this port, as if it were at the caller's authority. */
export async function callMethod(
  port: number,
  method: string,
  { pair, ca, authority }: Caller,
  headers: Readonly<Record<string, string>> = {},
): Promise<Status> {
  const { Client, Metadata, credentials } = await library();
  const client = new Client(
    `127.0.0.1:${port}`,
    credentials.createFromSecureContext(
      createSecureContext({ ca, key: pair.key, cert: pair.certificate, ...ANY_CA }),
    ),
    {
      "grpc.ssl_target_name_override": authority.host,
      "grpc.default_authority": `${authority.host}:${authority.port}`,
      "grpc.enable_http_proxy": 0,
      "grpc.enable_retries": 0,
      // Otherwise callers with equal credentials would share a connection.
      "grpc.use_local_subchannel_pool": 1,
    },
  );
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(headers)) metadata.set(name, value);
  const same = (bytes: Buffer) => bytes;
  try {
    return await new Promise((resolve) => {
      const options = { deadline: Date.now() + DEADLINE };
      client.makeUnaryRequest(method, same, same, NOTHING, metadata, options, (error) => {
        resolve(error ? { code: error.code, details: error.details } : { code: 0, details: "" });
      });
    });
  } finally {
    client.close();
  }
}

function service(path: string): ServiceDefinition {
  const same = (bytes: Buffer) => bytes;
  const marshalling = {
    requestSerialize: same,
    requestDeserialize: same,
    responseSerialize: same,
    responseDeserialize: same,
  };
  return { call: { path, requestStream: false, responseStream: false, ...marshalling } };
}
