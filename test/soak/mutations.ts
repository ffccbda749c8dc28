import fc from "fast-check";

import { DerError } from "../../x509";
import { readTlvs, type Tlv } from "../../x509/der";

/** A structure in DER, and its label in PEM. */
export interface Original {
  readonly label: string;
  readonly der: Buffer;
}

/** DER as a tree, which can be changed and written again with correct lengths. */
type Node = { readonly tag: number } & (
  { readonly children: readonly Node[] } | { readonly content: Buffer }
);

/** Contents on which programs fail: nothing, zeros, signs, the point at infinity, long numbers, other encodings. */
const HOSTILE: readonly Buffer[] = [
  "",
  "00",
  "0000",
  "000000",
  "01",
  "80",
  "ff",
  "0004",
  "0002",
  "00".repeat(66),
  "ff".repeat(66),
  "0004" + "00".repeat(64),
  "7f" + "ff".repeat(255),
  "01".repeat(2049),
  "30" + "80".repeat(40),
  "30820000",
  "3084ffffffff",
  "2a864886f70d010101",
  "2a8648ce3d0201",
  "2b6570",
  "2b81040022",
  "2b6571",
].map((hex) => Buffer.from(hex, "hex"));

/**
 * Creates changes to real structures: other bits and lengths; parts that are cut off, doubled, exchanged, emptied, or
 * taken from another structure; and unrelated text around them.
 */
export function mutated(originals: readonly Original[]): fc.Arbitrary<string> {
  const original = fc.constantFrom(...originals);
  const number = fc.nat();
  const change = fc.constantFrom(...CHANGES);
  const der = fc
    .tuple(
      original,
      original,
      fc.array(fc.tuple(change, number, number), { minLength: 1, maxLength: 3 }),
    )
    .map(([base, other, changes]): Original => {
      const changed = changes.reduce(
        (bytes, [apply, one, two]) => apply(bytes, other.der, one, two),
        base.der,
      );
      return { label: base.label, der: changed };
    });
  const labelled = fc.oneof(
    { weight: 9, arbitrary: der },
    {
      weight: 1,
      arbitrary: fc
        .tuple(der, original)
        .map(([{ der: bytes }, { label }]) => ({ label, der: bytes })),
    },
  );
  return fc
    .tuple(labelled, fc.option(fc.tuple(fc.constantFrom(...TEXTS), number), { freq: 8 }))
    .map(([{ label, der: bytes }, noise]) => {
      const pem = pemOf(label, bytes);
      if (noise === null) return pem;
      const [text, at] = noise;
      const place = at % (pem.length + 1);
      return pem.slice(0, place) + text + pem.slice(place);
    });
}

const TEXTS = [
  "\uFEFF",
  "\0",
  " ",
  "\t",
  "\r",
  "\n\n",
  "\\n",
  "\u0085",
  "\u202e",
  "=",
  "-----",
  "é",
  "\ud800",
];

/** Returns PEM without the checks of `toPem`; the content may be empty. */
function pemOf(label: string, der: Buffer): string {
  const lines = der.toString("base64").match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ""].join("\n");
}

type Change = (bytes: Buffer, other: Buffer, one: number, two: number) => Buffer;

const flip: Change = (bytes, _other, one, two) => {
  const changed = Buffer.from(bytes);
  if (bytes.length > 0)
    changed[one % bytes.length] = (bytes[one % bytes.length] ?? 0) ^ (1 << (two % 8));
  return changed;
};
const setByte: Change = (bytes, _other, one, two) => {
  const changed = Buffer.from(bytes);
  if (bytes.length > 0) changed[one % bytes.length] = two % 256;
  return changed;
};
const cutOff: Change = (bytes, _other, one) => bytes.subarray(0, one % (bytes.length + 1));
const splice: Change = (bytes, other, one, two) =>
  Buffer.concat([
    bytes.subarray(0, one % (bytes.length + 1)),
    other.subarray(two % (other.length + 1)),
  ]);

/** Returns a change to one node of the tree; bytes that are not a tree stay unchanged. */
function inTree(
  replace: (node: Node, all: readonly Node[], two: number) => readonly Node[],
  useOther = false,
): Change {
  return (bytes, other, one, two) => {
    const tree = treeOf(bytes);
    if (tree === undefined) return bytes;
    const places = nodesOf(tree).length;
    const all = useOther ? nodesOf(treeOf(other) ?? []) : nodesOf(tree);
    let place = one % Math.max(1, places);
    const walk = (nodes: readonly Node[]): Node[] =>
      nodes.flatMap((node) => {
        if (place-- === 0) return replace(node, all, two);
        return "children" in node ? [{ tag: node.tag, children: walk(node.children) }] : [node];
      });
    return encode(walk(tree));
  };
}

const pick = (all: readonly Node[], two: number) =>
  all.slice(two % Math.max(1, all.length)).slice(0, 1);

const CHANGES: readonly Change[] = [
  flip,
  setByte,
  cutOff,
  splice,
  inTree(() => []),
  inTree((node) => [node, node]),
  inTree((_node, all, two) => pick(all, two)),
  inTree((_node, all, two) => pick(all, two), true),
  inTree((node, all, two) => [node, ...pick(all, two)], true),
  inTree((node, _all, two) => [{ tag: two % 256, content: encode([node]) }]),
  inTree(({ tag }, _all, two) => [
    { tag, content: HOSTILE[two % HOSTILE.length] ?? Buffer.alloc(0) },
  ]),
  inTree(({ tag }, _all, two) => [
    { tag, content: HOSTILE[two % HOSTILE.length] ?? Buffer.alloc(0) },
  ]),
  // Deep nesting, which a recursive parser must survive.
  inTree((node, _all, two) => {
    let nested = encode([node]);
    for (let depth = 0; depth < two % 400; depth++)
      nested = encode([{ tag: 0x30, content: nested }]);
    return [{ tag: 0x30, content: nested }];
  }),
];

/** Depth below which content is not examined: a change may have nested it very deeply. */
const DEEPEST = 30;

function treeOf(bytes: Buffer, depth = 0): readonly Node[] | undefined {
  if (depth > DEEPEST) return undefined;
  try {
    return readTlvs(bytes, 4096).map((element) => nodeOf(element, depth));
  } catch (error) {
    if (error instanceof DerError) return undefined;
    throw error;
  }
}

/** Strings may contain structures too, as a bit string contains an RSA key. */
function nodeOf({ tag, content }: Tlv, depth: number): Node {
  const children = (tag & 0x20) !== 0 ? treeOf(content, depth + 1) : undefined;
  return children === undefined ? { tag, content } : { tag, children };
}

function nodesOf(nodes: readonly Node[]): readonly Node[] {
  return nodes.flatMap((node) => [node, ...("children" in node ? nodesOf(node.children) : [])]);
}

function encode(nodes: readonly Node[]): Buffer {
  return Buffer.concat(
    nodes.flatMap((node) => {
      const content = "children" in node ? encode(node.children) : node.content;
      return [Buffer.of(node.tag), lengthOf(content.length), content];
    }),
  );
}

function lengthOf(length: number): Buffer {
  if (length < 0x80) return Buffer.of(length);
  const digits = length.toString(16);
  const octets = Buffer.from(digits.length % 2 === 0 ? digits : `0${digits}`, "hex");
  return Buffer.concat([Buffer.of(0x80 + octets.length), octets]);
}
