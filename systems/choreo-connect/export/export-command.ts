import { posix } from "node:path";
import {
  CONTAINER_USER,
  apiFiles,
  backendFiles,
  composeFiles,
  type GatewayFile,
} from "../../../components/choreo-connect/gateway-files";
import { endpointCertificates } from "../../../components/choreo-connect/trust";
import { exportCommand as commandOf } from "../../../export/command";
import {
  keepsKeys,
  readChoreoConnect,
  readKept,
  type ChoreoConnectStack,
  type KeptMaterial,
} from "../outputs";
import { CannotCheck } from "../../../command/failure";
import { hasStore, type Backend } from "../../../components/choreo-connect/gateway";

const NOTHING_KEPT = { parts: {}, backends: {}, passwords: {} };

export const exportCommand = commandOf({
  description:
    "Writes the files for backends, API projects and the docker-compose distribution. Private keys go into files that only you can read.",
  record: ".countersign-choreo-connect.json",
  read: async (source, to) => {
    const stack = readChoreoConnect(source);
    const files = filesOf(stack, keepsKeys(stack) ? await source.keys(readKept) : NOTHING_KEPT);
    const sorted = files.sort((one, other) => (one.path < other.path ? -1 : 1));
    const target = stack.target.kind;
    return { target, purpose: "Choreo Connect", files: sorted, next: nextSteps(stack, to) };
  },
});

/** Returns the steps that remain for people after an export. */
export function nextSteps({ gateway, target, caBundle }: ChoreoConnectStack, to: string): string[] {
  const apis = [...endpointCertificates(gateway, caBundle).keys()];
  const outside = gateway.backends.filter(({ namespace }) => namespace === undefined);
  return [
    ...outside.map(
      ({ name }) =>
        `give ${to}/backends/${name} to the backend, configure its server as tls.yaml says, and restart it`,
    ),
    ...apis.map(
      (api) =>
        `copy ${to}/apis/${api}/Endpoint-certificates into the API project, and deploy it: \`apictl mg deploy api -f ${api}\``,
    ),
    ...(target.kind === "compose"
      ? [
          `if ${to} is not the distribution itself, copy docker-compose/ over the one there; it replaces the public pair in all three parts`,
          `let the containers read them: \`chown -R ${CONTAINER_USER} docker-compose/resources/{router,enforcer,adapter}/security\``,
          "remove `truststore/global-adapter.pem` and `truststore/consul/` of the adapter if you do not use them: they count as CAs for its clients",
          "restart all three at once: `docker-compose up -d --force-recreate`",
        ]
      : []),
  ];
}

/** Name of the file that makes git ignore keys. */
const IGNORE = ".gitignore";

/**
 * Returns all files of a stack's Choreo Connect: for API projects, for backends that are not in the cluster, and for
 * the docker-compose distribution.
 *
 * @throws CannotCheck if something is missing.
 */
export function filesOf(stack: ChoreoConnectStack, kept: KeptMaterial): GatewayFile[] {
  const { gateway, target, caBundle, issued } = stack;
  const backends = gateway.backends.flatMap((backend) => filesOfBackend(backend, stack, kept));
  const { router, enforcer, adapter } = issued.parts;
  const compose =
    target.kind === "compose"
      ? composeFiles(gateway, {
          project: target.project,
          bundle: caBundle,
          certificates: {
            router: router.certificate,
            enforcer: enforcer.certificate,
            adapter: adapter.certificate,
          },
          keys: {
            router: present(kept.parts.router, "the router's key"),
            enforcer: present(kept.parts.enforcer, "the enforcer's key"),
            adapter: present(kept.parts.adapter, "the adapter's key"),
          },
          tokens: {
            certificate: issued.tokenCertificate,
            key: present(kept.tokenSigner, "the key for tokens"),
          },
        })
      : [];
  return [...backends, ...apiFiles(gateway, caBundle), ...compose, ...ignored(compose)];
}

/** Makes git ignore only the keys, since the distribution's own files in the same folders may be in git. */
function ignored(files: readonly GatewayFile[]): GatewayFile[] {
  const secret = files.filter(({ isSecret }) => isSecret).map(({ path }) => posix.parse(path));
  return [...new Set(secret.map(({ dir }) => dir))].map((folder) => {
    const names = secret.filter(({ dir }) => dir === folder).map(({ base }) => `${base}\n`);
    return { path: posix.join(folder, IGNORE), content: names.join(""), isSecret: true };
  });
}

/** Returns a backend's files. A backend in the cluster has its Secrets there, and only needs its TLS settings here. */
function filesOfBackend(
  backend: Backend,
  { gateway, caBundle, issued }: ChoreoConnectStack,
  kept: KeptMaterial,
): GatewayFile[] {
  const { name, certificate, namespace } = backend;
  const isOurs = certificate.kind === "issued";
  const isHere = namespace === undefined;
  const files = backendFiles(backend, gateway.upstreamTls, {
    bundle: caBundle,
    certificate:
      isOurs && isHere
        ? present(issued.backends[name]?.certificate, `the certificate of backend ${name}`)
        : undefined,
    key: isOurs && isHere ? present(kept.backends[name], `the key of backend ${name}`) : undefined,
    password:
      isHere && hasStore(backend)
        ? present(kept.passwords[name], `the store password of backend ${name}`)
        : undefined,
  });
  return files.some(({ isSecret }) => isSecret)
    ? [...files, { path: `backends/${name}/${IGNORE}`, content: "*\n", isSecret: true }]
    : files;
}

function present<T>(value: T | undefined, what: string): T {
  if (value !== undefined) return value;
  throw new CannotCheck(`the stack's outputs lack ${what}: run \`pulumi up\` first`);
}
