import { nodeAt, readSettings } from "./settings";
import type { TomlProblem, TomlTable } from "./toml";

const PAIRS = ["Enforcer", "JwtGenerator", "Keypair"];

/**
 * Finds what keeps an adapter from starting if tokens are sent: exactly one of the pairs in its file must sign them
 * (wso2/product-microgateway v1.2.0, adapter/config/parser.go). The adapter checks that before it reads its variables.
 */
export function tokenPairProblem(config: TomlTable): TomlProblem | undefined {
  const { sendsTokens, tokenPairs } = readSettings(config);
  if (!sendsTokens) return undefined;
  const signing = tokenPairs.filter(({ signs }) => signs);
  const at = nodeAt(config, PAIRS)?.at ?? 0;
  if (signing.length !== 1) {
    const found = signing.length === 0 ? "none" : String(signing.length);
    return {
      at,
      message: `tokens are sent, and ${found} of the pairs in enforcer.jwtGenerator.keypair signs them: exactly one must`,
    };
  }
  const lacks = signing.find(({ key, certificate }) => key === "" || certificate === "");
  return (
    lacks && {
      at,
      message:
        "tokens are sent, and the pair in enforcer.jwtGenerator.keypair that signs them lacks privateKeyPath or publicCertificatePath",
    }
  );
}
