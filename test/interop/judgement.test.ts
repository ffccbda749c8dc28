import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { checkChain, readCertificate, type Finding, type Purpose } from "../../x509";
import { checkLeafFor, checkSignerFor } from "../../x509/consumers/check";
import { DEVIATIONS, chainWith } from "./judgement/deviations";
import { LIBRARIES, type Answers, type Chain, type LibraryName } from "./judgement/libraries";
import { BUILD_PATIENCE } from "./programs";

/** Number of chains that deviate in two ways, besides one chain for each deviation. */
const RANDOM = 220;
/** Seed of the random chains. Another one tries other chains: `COUNTERSIGN_SEED=… make interop`. */
const SEED = Number(process.env.COUNTERSIGN_SEED ?? 14);
const PURPOSES: readonly Purpose[] = ["serverAuth", "clientAuth"];
const NAMES = Object.keys(LIBRARIES) as LibraryName[];

/**
 * A finding that Go refuses only in handshakes, while this test asks it about chains: it offers no signature of this
 * kind, and reports `remote error: tls: handshake failure` (Go 1.26 with `openssl s_server`).
 */
const IN_HANDSHAKES = "has an Ed448 key, which Go";

interface Case {
  readonly name: string;
  readonly chain: Chain;
}

describe("What Countersign reports about existing certificates", function () {
  this.timeout(BUILD_PATIENCE);
  const cases = generate();
  const answers = new Map<string, Answers>();
  const folder = mkdtempSync(join(tmpdir(), "countersign-judgement-"));
  after(() => rmSync(folder, { recursive: true }));

  before(async () => {
    for (const name of NAMES)
      for (const purpose of PURPOSES) {
        const chains = cases.map(({ chain }) => chain);
        answers.set(`${name} ${purpose}`, await LIBRARIES[name](chains, purpose, folder));
      }
  });

  it("is tried with at least 300 chains, of which each library accepts some and refuses some", () => {
    assert.ok(cases.length >= 300, `${cases.length}`);
    for (const name of NAMES) {
      const said = answers.get(`${name} serverAuth`) ?? [];
      assert.ok(said.filter((each) => each === "").length > 30, name);
      assert.ok(said.filter((each) => each).length > 30, name);
    }
  });

  for (const name of NAMES) {
    it(`includes every chain that ${name} refuses`, () => {
      const passed = compare(name, ({ all }, theirs) => all.length === 0 && theirs !== "");
      assert.deepEqual(passed, []);
    });

    it(`names ${name} as refusing only chains that ${name} refuses`, () => {
      const refused = compare(
        name,
        ({ readers }, theirs) =>
          theirs === "" &&
          readers.some(
            ({ message }) => message.includes(`${name} (it)`) && !message.includes(IN_HANDSHAKES),
          ),
      );
      assert.deepEqual(refused, []);
    });
  }

  /** Finds the chains on which both sides disagree in a wrong way, with both reports. */
  function compare(
    name: LibraryName,
    isWrong: (ours: Judgement, theirs: string) => boolean,
  ): string[] {
    return PURPOSES.flatMap((purpose) =>
      cases.flatMap((each, index) => {
        const theirs = answers.get(`${name} ${purpose}`)?.[index];
        const ours = judge(each.chain, purpose, name);
        if (theirs === undefined || !isWrong(ours, theirs)) return [];
        const said = ours.all.map(({ message }) => message).join(" ") || "nothing";
        return [`${each.name}, ${purpose}: we say ${said}; ${name} says ${theirs || "nothing"}`];
      }),
    );
  }
});

interface Judgement {
  /** Our findings about the leaf and the CA. If this library refuses something, the message names it. */
  readonly readers: readonly Finding[];
  /** All findings, including our requirements on every chain, which are those of the strictest library. */
  readonly all: readonly Finding[];
}

function judge(chain: Chain, purpose: Purpose, name: LibraryName): Judgement {
  const at = new Date();
  const consumers = { [name]: "it" };
  let leaf, ca;
  try {
    leaf = readCertificate(chain.leaf);
    ca = readCertificate(chain.roots);
  } catch (error) {
    const finding: Finding = { code: "name-encoding", message: (error as Error).message };
    return { readers: [], all: [finding] };
  }
  const { dnsNames, ipAddresses } = leaf;
  const readers = [
    ...checkLeafFor(leaf, consumers),
    ...checkSignerFor(ca, [{ purpose, dnsNames, ipAddresses }], consumers, at),
  ];
  // BoringSSL is tried with a client that calls the host, the others only with the chain.
  const host = name === "BoringSSL" ? { host: chain.host } : {};
  return { readers, all: [...readers, ...checkChain(leaf, [ca], { at, purpose, ...host })] };
}

function generate(): Case[] {
  const names = Object.keys(DEVIATIONS);
  const pairs = fc.sample(fc.subarray(names, { minLength: 2, maxLength: 2 }), {
    seed: SEED,
    numRuns: RANDOM,
  });
  return [[], ...names.map((name) => [name]), ...pairs].map((chosen, index) => ({
    name: chosen.join(" and ") || "a good chain",
    chain: chainWith(
      chosen.flatMap((name) => DEVIATIONS[name] ?? []),
      `c${index}.test.example`,
    ),
  }));
}
