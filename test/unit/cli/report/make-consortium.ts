import type { PlannedResource } from "../../../../cli/report/plan";
import { generationId, type Facts } from "../../../../facts";
import { readCertificate } from "../../../../x509";
import { makeCa, makeLeaf } from "../../x509/make-certificate";
import { keys } from "../../x509/make-keys";
import { makeComponent, makeResource } from "./make-plan";

export const SERVER = "Substra orchestrator";

/** The mark that the engine writes for a text that it does not know yet. */
export const UNKNOWN_TEXT = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** A client of the consortium's server. */
export interface Client {
  /** @default - the signing generation; null if it has no certificate */
  readonly issuer?: string | null;
  /** @default - all generations */
  readonly trusts?: readonly string[];
  /** Fingerprints that a client of another stack trusts; `unknown` if nothing is known about its trust. */
  readonly elsewhere?: readonly string[] | "unknown";
}

/** A consortium on one side of a plan. */
export interface Consortium {
  /** The state of each by its name, e.g. `{ g1: "signing" }`. */
  readonly generations: Readonly<Record<string, "signing" | "trusted">>;
  readonly clients: Readonly<Record<string, Client>>;
  /** @default - the signing generation */
  readonly serverIssuer?: string;
  /** @default - all clients */
  readonly admits?: readonly string[];
}

const SIGNERS = { g1: "p384", g2: "otherP256", g3: "p521" } as const;
type KnownGeneration = keyof typeof SIGNERS;

const made = new Map<string, string>();

/** The certificate of a CA generation, always the same one within a run. */
export function caPem(generation: string): string {
  const pair = keys(SIGNERS[generation as KnownGeneration]);
  return once(generation, () =>
    makeCa({ keys: pair, signer: pair, subjectKeyId: keyId(generation) }),
  );
}

/** A party's certificate issued by a generation, until 2026-01-01. */
export function leafPem(party: string, generation: string): string {
  return once(`${party} ${generation}`, () =>
    makeLeaf({
      subject: [["O", party]],
      signer: keys(SIGNERS[generation as KnownGeneration]),
      authorityKeyId: keyId(generation),
    }),
  );
}

/**
 * The resources of a consortium's plan, like those of stack/: CA, server, and clients here and elsewhere.
 *
 * Generations and certificates that are on both sides with the same issuer stay; all others are created.
 */
export function makeConsortium(
  before: Consortium | undefined,
  after: Consortium | undefined,
): PlannedResource[] {
  const clients = keysOf(before?.clients, after?.clients);
  return [
    ...makeAuthority(before, after),
    makeComponent("substra:Orchestrator", "orchestrator", serverFacts(before), serverFacts(after)),
    ...makeCertificate(
      "orchestrator",
      SERVER,
      issuedBy(serverIssuer(before), before),
      issuedBy(serverIssuer(after), before),
    ),
    makeComponent(
      "enrollment:RegistrationAuthority",
      "registration",
      elsewhere(before),
      elsewhere(after),
    ),
    ...clients.flatMap((party) => [
      makeComponent(
        "substra:Backend",
        party,
        clientFacts(before, party),
        clientFacts(after, party),
      ),
      ...makeCertificate(
        party,
        party,
        issuedBy(clientIssuer(before, party), before),
        issuedBy(clientIssuer(after, party), before),
      ),
    ]),
  ];
}

function makeAuthority(before: Consortium | undefined, after: Consortium | undefined) {
  const facts = (side: Consortium | undefined): Facts | undefined =>
    side && {
      authority: {
        generations: Object.fromEntries(
          Object.entries(side.generations).map(([name, state]) => [name, { state }]),
        ),
      },
    };
  const ca = makeComponent("pki:CertificateAuthority", "ca", facts(before), facts(after));
  const generations = keysOf(before?.generations, after?.generations).flatMap((name) => {
    const sides = {
      before: before?.generations[name] && { outputs: { certPem: caPem(name) } },
      after: after?.generations[name] && {},
    };
    return [
      makeResource({
        type: "tls:index/selfSignedCert:SelfSignedCert",
        name: `ca-${name}`,
        parent: ca,
        ...sides,
      }),
      makeResource({
        type: "tls:index/privateKey:PrivateKey",
        name: `ca-${name}-key`,
        parent: ca,
        ...sides,
      }),
    ];
  });
  return [ca, ...generations];
}

interface Issuer {
  readonly name: string;
  /** Unknown until the `up` that creates it. */
  readonly pem: string;
}

function issuedBy(name: string | undefined, before: Consortium | undefined): Issuer | undefined {
  if (name === undefined) return undefined;
  return { name, pem: before?.generations[name] ? caPem(name) : UNKNOWN_TEXT };
}

function makeCertificate(
  name: string,
  owner: string,
  was: Issuer | undefined,
  is: Issuer | undefined,
): PlannedResource[] {
  if (was === undefined && is === undefined) return [];
  const facts = (issuer: Issuer | undefined): Facts | undefined =>
    issuer && {
      certificates: {
        [`${name}-certificate`]: {
          owner,
          source: owner,
          origin: "issued",
          issuer: generationId("ca", issuer.name),
        },
      },
    };
  const component = makeComponent("pki:Certificate", `${name}-certificate`, facts(was), facts(is));
  const leaf = makeResource({
    type: "tls:index/locallySignedCert:LocallySignedCert",
    name: `${name}-certificate`,
    parent: component,
    ...(was && is && was.name !== is.name && { operation: "replace" }),
    before: was && {
      inputs: { caCertPem: was.pem },
      outputs: { certPem: leafPem(owner, was.name) },
    },
    after: is && { inputs: { caCertPem: is.pem } },
  });
  return [component, leaf];
}

function serverFacts(side: Consortium | undefined): Facts | undefined {
  return (
    side && {
      peers: [
        {
          party: SERVER,
          source: "orchestrator",
          presents: "orchestrator-certificate",
          trusts: idsOf(Object.keys(side.generations)),
          dials: [],
          admits: [...(side.admits ?? Object.keys(side.clients))],
        },
      ],
    }
  );
}

function clientFacts(side: Consortium | undefined, party: string): Facts | undefined {
  const client = side?.clients[party];
  if (!side || !client || client.elsewhere !== undefined) return undefined;
  const trusts = idsOf(client.trusts ?? Object.keys(side.generations));
  return { peers: [{ ...peer(party), trusts }] };
}

function elsewhere(side: Consortium | undefined): Facts | undefined {
  return (
    side && {
      distrusted: distrusted(side),
      peers: Object.entries(side.clients).flatMap(([party, { elsewhere: trusted }]) =>
        trusted === undefined
          ? []
          : [
              {
                ...peer(party),
                elsewhere: true,
                ...(trusted !== "unknown" && { tells: true }),
              },
            ],
      ),
    }
  );
}

function peer(party: string) {
  return { party, source: party, presents: `${party}-certificate`, dials: [SERVER] };
}

function clientIssuer(side: Consortium | undefined, party: string): string | undefined {
  const client = side?.clients[party];
  if (!side || !client || client.issuer === null) return undefined;
  return client.issuer ?? signer(side);
}

function serverIssuer(side: Consortium | undefined): string | undefined {
  return side && (side.serverIssuer ?? signer(side));
}

function signer({ generations }: Consortium): string | undefined {
  return Object.keys(generations).find((name) => generations[name] === "signing");
}

function idsOf(generations: readonly string[]): string[] {
  return generations.map((name) => generationId("ca", name));
}

function keysOf(...sides: readonly (object | undefined)[]): string[] {
  return [...new Set(sides.flatMap((side) => Object.keys(side ?? {})))].sort();
}

function keyId(generation: string): string {
  return Buffer.from(generation).toString("hex");
}

function once(key: string, make: () => string): string {
  const pem = made.get(key) ?? make();
  made.set(key, pem);
  return pem;
}

/** The program's statement about who reports that it does not trust the generation that signs. */
function distrusted({ generations, clients }: Consortium): Facts["distrusted"] {
  const signing = Object.keys(generations).find((name) => generations[name] === "signing") ?? "";
  const { fingerprint } = readCertificate(caPem(signing));
  const by = Object.entries(clients).filter(
    ([, { elsewhere: trusted }]) => Array.isArray(trusted) && !trusted.includes(fingerprint),
  );
  return { generation: generationId("ca", signing), by: by.map(([party]) => party) };
}
