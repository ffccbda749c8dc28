/**
 * A page with other text in its generated part, which lies between two comments.
 *
 * @param name of the part, as the comments have it.
 */
export function replaceBetween(page: string, name: string, text: string): string {
  const [before, after] = [`<!-- ${name}: begin -->`, `<!-- ${name}: end -->`];
  const [begin, end] = [page.indexOf(before), page.indexOf(after)];
  if (begin < 0 || end < begin) throw new Error(`the page has no ${before} … ${after}`);
  return [page.slice(0, begin + before.length), text, page.slice(end)].join("\n\n");
}
