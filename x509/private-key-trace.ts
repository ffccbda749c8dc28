/** In every PEM label of a private key: PKCS#8 plain and encrypted, PKCS#1, SEC 1, OpenSSH, PGP. */
const MARK = "PRIVATE KEY";

const ENCODED = base64Forms(MARK);

/**
 * Whether a text holds a private key as PEM, in whatever case and in UTF-16 too, or as base64 of PEM, which is how a
 * Kubernetes Secret shows it. A key without its PEM label is not found: what is no PEM is not accepted anywhere.
 */
export function holdsPrivateKey(text: string): boolean {
  // Base64 is wrapped where it pleases, and UTF-16 that is read as UTF-8 has a NUL between letters.
  const dense = text.replace(/[\s\0]+/g, "");
  // With the dashes of a label: settings and prose speak of private keys too.
  return (
    /-{4}BEGIN[A-Z\d]*PRIVATEKEY|PRIVATEKEY(?:BLOCK)?-{4}/i.test(dense) ||
    ENCODED.some((form) => dense.includes(form))
  );
}

/** How a text looks within base64, at each of the three places of a group where it may begin. */
function base64Forms(text: string): string[] {
  return [0, 1, 2].map((shift) => {
    const encoded = Buffer.from(" ".repeat(shift) + text).toString("base64");
    // The first and the last group, unless the text fills them, also encode what stands around it.
    const fills = (shift + text.length) % 3 === 0;
    return encoded.slice(shift === 0 ? 0 : 4, fills ? undefined : -4);
  });
}
