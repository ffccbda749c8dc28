import assert from "node:assert/strict";
import { fit, type Block, type Part, type Rows } from "../../../../../cli/report/render/layout";

function part(rank: Part["rank"], instead: string, ...body: readonly Block[]): Part {
  return { rank, body, instead };
}

function list(rank: Rows["rank"], rows: readonly Block[], between: Rows["between"] = "\n"): Rows {
  return { rank, head: ["head"], rows, between, more: (left) => `${left} left` };
}

describe("fit", () => {
  it("leaves everything unchanged if there is room", () => {
    const blocks = ["a", part("values", "-", "b", list("trust", ["c", "d"]))];
    assert.equal(fit(blocks, 18), "a\n\nb\n\nhead\nc\nd\n");
  });

  it("leaves out the least important first", () => {
    const blocks = [part("timeline", "-", "important"), part("values", "-", "less so")];
    assert.equal(fit(blocks, 18), "important\n\n-\n");
    assert.equal(fit(blocks, 11), "-\n\n-\n");
  });

  it("leaves out the largest of equally important parts", () => {
    const objects = ["x".repeat(10), "y".repeat(20), "z".repeat(10)].map((text) =>
      part("object", "-", text),
    );
    assert.equal(fit(objects, 30), `${"x".repeat(10)}\n\n-\n\n${"z".repeat(10)}\n`);
  });

  it("keeps parts that would not become shorter", () => {
    assert.equal(fit([part("values", "longer", "short")], 3), "short\n");
  });

  it("leaves out a whole after its parts", () => {
    const whole = part(
      "manifests",
      "=",
      part("object", "-", "first"),
      part("object", "-", "second"),
    );
    assert.equal(fit([whole], 9), "first\n\n-\n");
    assert.equal(fit([whole], 5), "-\n\n-\n");
    assert.equal(fit([whole], 4), "=\n");
  });

  it("leaves out a table's last rows, and says after it how many", () => {
    const table = list("certificates", ["row 1", "row 2", "row 3"]);
    assert.equal(fit([table], 23), "head\nrow 1\nrow 2\nrow 3\n");
    assert.equal(fit([table], 22), "head\nrow 1\n\n2 left\n");
    assert.equal(fit([table], 11), "3 left\n");
  });

  it("cuts lists of the same importance to the same length", () => {
    const rows = ["a", "b", "c"].map((letter) => letter.repeat(9));
    const [a, b] = rows;
    assert.equal(
      fit([list("trust", rows), list("trust", rows)], 68),
      `head\n${a}\n${b}\n\n1 left\n\nhead\n${a}\n${b}\n\n1 left\n`,
    );
  });

  it("keeps together what belongs together", () => {
    const rows = [
      ["title 1", part("values", "-", "value 1")],
      ["title 2", "value 2"],
    ];
    assert.equal(
      fit([list("releases", rows, "\n\n")], 39),
      "head\n\ntitle 1\n\n-\n\ntitle 2\n\nvalue 2\n",
    );
    assert.equal(fit([list("releases", rows, "\n\n")], 30), "head\n\ntitle 1\n\n-\n\n1 left\n");
  });

  it("counts bytes", () => {
    assert.equal(fit([part("values", "-", "éé")], 5), "éé\n");
    assert.equal(fit([part("values", "-", "éé")], 4), "-\n");
  });
});
