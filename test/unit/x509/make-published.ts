import { createPrivateKey, createPublicKey } from "node:crypto";

import type { Keys } from "./make-keys";

/** The modulus of WSO2's mg.key. Each of its certificates contains it, and it reveals nothing of the private key. */
const MODULUS =
  "8vjeHzRhvpfMystncPnLBWy_t5F3eCxbcLbdugWnzfnIgaV6TWnqPBUagJBKpzRZs4A9Qja_ZrSVJjYsbARzCS_qiWp0Cdwkqn6ZCXpmbpfj" +
  "YnKORq8N8M-zWaSZYbNvWJ5oSO4kH-LKWzODaFebwTJBpsR1vChHH95doxFuUjiZaisVaQgUJ6drRdlDtImp9r9EAX36YROuYFPoEJcvsH4_" +
  "uuAR6ClJ12RE3M-YN4NTi1waVNvGbz43oNrpPy7SXgpizingxSGMqI6WU2ysRmk_f9ALgiPIpFDpufiCTYaIcRT-YcUyp9nMDlTRskMuD-dQ" +
  "1sdJOa11P_yMs-glfQ";

const PUBLIC_HALF = { kty: "RSA", n: MODULUS, e: "AQAB" };

/** Replaces every private number: the key can be read, but cannot sign. */
const NOTHING = "AQ";

/**
 * A published key pair, for certificates that others sign. The public half is genuine; the private half is hollow, as
 * the tests must not contain private keys.
 */
export const PUBLISHED: Keys = {
  publicKey: createPublicKey({ key: PUBLIC_HALF, format: "jwk" }),
  privateKey: createPrivateKey({
    key: {
      ...PUBLIC_HALF,
      ...{ d: NOTHING, p: NOTHING, q: NOTHING, dp: NOTHING, dq: NOTHING, qi: NOTHING },
    },
    format: "jwk",
  }),
};

/** The hollow private key in the form in which people provide theirs. */
export const PUBLISHED_KEY_PEM = PUBLISHED.privateKey
  .export({ type: "pkcs8", format: "pem" })
  .toString();

/** Its name in messages. */
export const PUBLISHED_NAME = "the key that WSO2 ships with Choreo Connect (mg.key)";
