import { makeLeaf, type CertificateOptions } from "../x509/make-certificate";
import { keys } from "../x509/make-keys";

interface PairOptions extends Omit<CertificateOptions, "keys"> {
  /** @default "p256" */
  readonly keys?: Parameters<typeof keys>[0];
}

/** Creates an existing certificate from the test's CA, and its key in the forms that users have. */
export function makeExistingPair({ keys: name = "p256", ...options }: PairOptions = {}) {
  const pair = keys(name);
  const { privateKey } = pair;
  const pkcs8 = { type: "pkcs8", format: "pem" } as const;
  return {
    certificate: makeLeaf({ ...options, keys: pair }),
    key: privateKey.export(pkcs8).toString(),
    /** Only for an EC key. */
    get sec1() {
      return privateKey.export({ type: "sec1", format: "pem" }).toString();
    },
    get encrypted() {
      const how = { cipher: "aes-256-cbc", passphrase: "hunter2" };
      return privateKey.export({ ...pkcs8, ...how }).toString();
    },
  };
}
