import assert from "node:assert/strict";
import type { PemBlock } from "../../../x509/pem";
import { readOnce } from "../../../x509/read-once";

describe("what is read once", () => {
  const block = (pem: string) => ({ pem }) as PemBlock;

  it("is read again only if the block is another one", () => {
    const read: string[] = [];
    const readBlock = readOnce(({ pem }) => ({ place: read.push(pem) }));
    assert.equal(readBlock(block("one"), "a"), readBlock(block("one"), "b"));
    readBlock(block("two"), "c");
    assert.deepEqual(read, ["one", "two"]);
  });

  it("fails each time, and names what was read", () => {
    const readBlock = readOnce((_, what): object => {
      throw new Error(what);
    });
    assert.throws(() => readBlock(block("one"), "the first"), /^Error: the first$/);
    assert.throws(() => readBlock(block("one"), "the second"), /^Error: the second$/);
  });

  it("is not kept without limit", () => {
    let reads = 0;
    const readBlock = readOnce(() => ({ reads: ++reads }));
    for (let each = 0; each < 1001; each++) readBlock(block(String(each)), "");
    readBlock(block("0"), "");
    assert.equal(reads, 1002);
  });
});
