import { Command } from "commander";
import { z } from "zod";
import { hasOutput, partOf } from "../../command/stack-outputs";
import { exportCommand } from "../../export/command";
import { Checklist, REPAIR } from "../../verify/check";
import { checkLeaf } from "../../verify/leaf-checks";
import { rehearse, type Client } from "../../verify/rehearsal";
import type { CommandSystem, Reach } from "../../verify/system";
import { casOf } from "../../verify/trust-checks";
import type { Purpose } from "../../x509";
import { configured, type RelaySettings } from "./system";

const outputs = z.object({
  caBundle: z.string(),
  relay: z.object({
    namespace: z.string(),
    host: z.string(),
    secrets: z.record(z.string(), z.string()),
  }),
});

type RelayOutputs = z.output<typeof outputs>;

/** Relay as the command knows it. */
export const relay: CommandSystem<RelayOutputs, RelaySettings, typeof configured.sections> = {
  ...configured,
  read: (document) => (hasOutput(document, "relay") ? partOf(outputs, document) : undefined),
  inCluster: () => true,
  verify: async (found, reach) => {
    const parties = await Promise.all(
      Object.keys(found.relay.secrets).map((party) => read(party, found, reach)),
    );
    const server = parties.find(({ party }) => party === "server");
    const { caBundle, relay: own } = found;
    if (server?.pair) {
      const { list, pair, leaf } = server;
      const clients = parties.flatMap(({ party, ...held }): Client[] =>
        party === "server" || !held.pair || !held.leaf
          ? []
          : [
              {
                ...{ name: party, pair: held.pair, leaf: held.leaf },
                expects: { host: own.host, ca: caBundle },
              },
            ],
      );
      await rehearse(
        {
          ...{ list, pair, leaf, asks: "required", clientCas: [caBundle], at: reach.at },
          todo: REPAIR.objects,
        },
        clients,
        { code: "accepted", good: () => "its callers are accepted", todo: REPAIR.objects },
      );
    }
    return parties.flatMap(({ list }) => list.checks);
  },
  commands: [
    new Command("relay").description("What a relay's callers need.").addCommand(
      exportCommand({
        description: "Writes the CA bundle for callers elsewhere.",
        record: ".countersign-relay.json",
        read: (source) =>
          Promise.resolve({
            ...{ target: "relay", purpose: "callers of the relay" },
            files: [{ path: "ca.crt", content: partOf(outputs, source).caBundle, isSecret: false }],
            next: ["give ca.crt to callers elsewhere"],
          }),
      }),
    ),
  ],
};

/** A party with what its Secret holds. */
async function read(party: string, found: RelayOutputs, { cluster, at }: Reach) {
  const list = new Checklist(`Relay ${party}`);
  const { namespace, secrets } = found.relay;
  const name = secrets[party] ?? "";
  const secret = await cluster?.secret(namespace, name);
  const [certificate, key] = ["tls.crt", "tls.key"].map((entry) =>
    Buffer.from(secret?.data?.[entry] ?? "", "base64").toString("utf8"),
  );
  const origin = `Secret ${namespace}/${name}`;
  const problems = secret === undefined ? [`${origin} does not exist.`] : [];
  list.judge("mounted-objects", problems, `${origin} exists`, REPAIR.objects);
  if (!certificate || !key) return { party, list, leaf: undefined, pair: undefined };
  const purposes: Purpose[] = [party === "server" ? "serverAuth" : "clientAuth"];
  const leaf = checkLeaf(list, {
    ...{ what: "its certificate", certificatePem: certificate, keyPem: key, origin, purposes, at },
    roots: casOf(found),
  });
  return { party, list, leaf, pair: { certificate, key } };
}
