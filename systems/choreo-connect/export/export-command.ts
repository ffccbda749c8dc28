import { CONTAINER_USER } from "../../../components/choreo-connect/gateway-files";
import { endpointCertificates } from "../../../components/choreo-connect/trust";
import { exportCommand as commandOf } from "../../../export/command";
import { keepsKeys, readChoreoConnect, readKept, type ChoreoConnectStack } from "../outputs";
import { filesOf, jksFiles } from "./exported-files";

const NOTHING_KEPT = { parts: {}, backends: {}, passwords: {} };

export const exportCommand = commandOf({
  description:
    "Writes the files for backends, API projects and the docker-compose distribution. Private keys go into files that only you can read.",
  record: ".countersign-choreo-connect.json",
  read: async ({ origin, content, keys }, to) => {
    const stack = readChoreoConnect(content, origin);
    const files = filesOf(stack, keepsKeys(stack) ? await keys(readKept) : NOTHING_KEPT);
    const all = [...files, ...(await jksFiles(stack, files))].sort((one, other) =>
      one.path < other.path ? -1 : 1,
    );
    const target = stack.target.kind;
    return { target, purpose: "Choreo Connect", files: all, next: nextSteps(stack, to) };
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
