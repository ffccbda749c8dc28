import fc from "fast-check";

const codePoint = fc.oneof(
  fc.nat({ max: 0xff }),
  fc.nat({ max: 0xd7ff }),
  fc.integer({ min: 0xe000, max: 0x10ffff }),
);

/** Text of any code points; fast-check's own such arbitraries take a second to set up. */
export const anyText = (maxLength: number) =>
  fc.array(codePoint, { maxLength }).map((all) => String.fromCodePoint(...all));
