/** The beginning of every PEM label of a private key: PKCS#8 plain and encrypted, PKCS#1, SEC 1, OpenSSH. */
const LABELS = [
  "BEGIN PRIVATE KEY",
  "BEGIN ENCRYPTED PRIVATE KEY",
  "BEGIN RSA PRIVATE KEY",
  "BEGIN EC PRIVATE KEY",
  "BEGIN OPENSSH PRIVATE KEY",
];

const ENCODED = LABELS.flatMap(base64Forms);

/** Whether a text holds a private key as PEM, or as base64 of PEM, which is how a Kubernetes Secret shows it. */
export function holdsPrivateKey(text: string): boolean {
  return /PRIVATE KEY/i.test(text) || ENCODED.some((form) => text.includes(form));
}

/** How a text looks within base64, at each of the three places of a group where it may begin. */
function base64Forms(text: string): string[] {
  return [0, 1, 2].map((shift) => {
    const encoded = Buffer.from(" ".repeat(shift) + text).toString("base64");
    // The first and the last group also encode what stands around the text.
    return encoded.slice(shift === 0 ? 0 : 4, -4);
  });
}
