import {
  OWN_ANCHOR,
  OWN_PAIR,
  ROUTER_BUNDLE,
  TRUSTSTORE,
  WSO2_CARBON,
  type PairPaths,
} from "../paths";
import { ADAPTER_DEFAULT, cipherNames } from "../upstream-tls";
import { entryOf } from "./shape";
import type { TomlNode, TomlProblem, TomlTable } from "./toml";
import { variableOf } from "./variables";

/** A pair with which the enforcer signs tokens. */
export interface TokenPair extends PairPaths {
  readonly signs: boolean;
}

/** An issuer whose tokens the enforcer accepts. */
interface TokenIssuer {
  readonly name: string;
  readonly issuer: string;
  /** The file whose first certificate verifies them; "" for none. */
  readonly certificate: string;
  /** The URL from which it fetches keys instead; "" for none. */
  readonly jwksUrl: string;
}

/** An adapter's settings for keys and certificates, from its configuration and its environment. */
export interface AdapterSettings {
  readonly upstreamTls: {
    readonly minimum: string;
    readonly maximum: string;
    /** Ciphers, separated by commas. */
    readonly ciphers: string;
    readonly bundle: string;
    readonly verifiesHost: boolean;
    readonly skipsVerification: boolean;
  };
  /** The pair that the router shows its clients and its backends. */
  readonly routerPair: PairPaths;
  readonly adapterPair: PairPaths;
  /** The directory with the certificates that the adapter trusts. */
  readonly truststore: string;
  /** Whether the enforcer sends tokens to backends. */
  readonly sendsTokens: boolean;
  readonly tokenPairs: readonly TokenPair[];
  readonly issuers: readonly TokenIssuer[];
}

/** Path of the pairs with which the enforcer signs tokens. */
export const TOKEN_PAIRS: readonly string[] = ["Enforcer", "JwtGenerator", "Keypair"];

/** Defaults of the adapter (wso2/product-microgateway v1.2.0, adapter/config/default_config.go). */
export const ADAPTER_DEFAULTS: AdapterSettings = {
  upstreamTls: {
    minimum: ADAPTER_DEFAULT.minimum,
    maximum: ADAPTER_DEFAULT.maximum,
    ciphers: cipherNames(ADAPTER_DEFAULT, "openssl").join(", "),
    bundle: ROUTER_BUNDLE,
    verifiesHost: true,
    skipsVerification: false,
  },
  routerPair: OWN_PAIR,
  adapterPair: OWN_PAIR,
  truststore: TRUSTSTORE,
  sendsTokens: false,
  tokenPairs: [{ certificate: OWN_ANCHOR, key: OWN_PAIR.key, signs: true }],
  issuers: [
    issuer("Resident Key Manager", "https://localhost:9443/oauth2/token", WSO2_CARBON),
    issuer("MGW", "https://localhost:9095/testkey", OWN_ANCHOR),
    issuer("APIM Publisher", "https://localhost:9443/publisher", WSO2_CARBON),
    issuer("APIM APIkey", "", WSO2_CARBON),
  ],
};

/**
 * Reads an adapter's settings from a configuration without a `shapeProblem`.
 *
 * @param environment the environment of its container. @default - without variables for the configuration
 */
export function readSettings(
  config: TomlTable,
  environment: ReadonlyMap<string, string> = new Map(),
): AdapterSettings {
  const read = new Reader(config, environment);
  const { upstreamTls, routerPair, adapterPair, truststore } = ADAPTER_DEFAULTS;
  const tls = ["router", "Upstream", "TLS"];
  const generator = ["Enforcer", "JwtGenerator"];
  const oldSwitch = nodeAt(config, [...generator, "Enable"]);
  const isOld = oldSwitch?.kind === "value" && oldSwitch.value === true;
  return {
    upstreamTls: {
      minimum: read.text([...tls, "MinimumProtocolVersion"], upstreamTls.minimum),
      maximum: read.text([...tls, "MaximumProtocolVersion"], upstreamTls.maximum),
      ciphers: read.text([...tls, "Ciphers"], upstreamTls.ciphers),
      bundle: read.text([...tls, "TrustedCertPath"], upstreamTls.bundle),
      verifiesHost: read.boolean([...tls, "VerifyHostName"], upstreamTls.verifiesHost),
      skipsVerification: read.boolean(
        [...tls, "DisableSslVerification"],
        upstreamTls.skipsVerification,
      ),
    },
    routerPair: keystore(read, ["router", "KeyStore"], routerPair),
    adapterPair: keystore(read, ["Adapter", "Keystore"], adapterPair),
    truststore: read.text(["Adapter", "Truststore", "Location"], truststore),
    sendsTokens: read.boolean([...generator, "Enabled"], false, isOld),
    tokenPairs: read.list(TOKEN_PAIRS, ADAPTER_DEFAULTS.tokenPairs, (at, usual) => ({
      certificate: read.text([...at, "PublicCertificatePath"], usual?.certificate ?? ""),
      key: read.text([...at, "PrivateKeyPath"], usual?.key ?? ""),
      signs: read.boolean([...at, "UseForSigning"], usual?.signs ?? false),
    })),
    issuers: read.list(
      ["Enforcer", "Security", "TokenService"],
      ADAPTER_DEFAULTS.issuers,
      (at, usual) => ({
        name: read.text([...at, "Name"], usual?.name ?? ""),
        issuer: read.text([...at, "Issuer"], usual?.issuer ?? ""),
        certificate: read.text([...at, "CertificateFilePath"], usual?.certificate ?? ""),
        jwksUrl: read.text([...at, "JwksURL"], usual?.jwksUrl ?? ""),
      }),
    ),
  };
}

/**
 * Finds what keeps an adapter from starting if tokens are sent: exactly one of the pairs in its file must sign them
 * (wso2/product-microgateway v1.2.0, adapter/config/parser.go). The adapter checks that before it reads its variables.
 */
export function tokenPairProblem(config: TomlTable): TomlProblem | undefined {
  const { sendsTokens, tokenPairs } = readSettings(config);
  if (!sendsTokens) return undefined;
  const signing = tokenPairs.filter(({ signs }) => signs);
  const at = nodeAt(config, TOKEN_PAIRS)?.at ?? 0;
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

/** Names of keys, and positions in lists. */
type Path = readonly (string | number)[];

/** Returns the node at a path of a configuration; undefined if there is none. */
export function nodeAt(config: TomlTable, path: Path): TomlNode | undefined {
  return path.reduce<TomlNode | undefined>((node, key) => {
    if (typeof key === "number") return node?.kind === "tables" ? node.items[key] : undefined;
    return node?.kind === "table" ? entryOf(node, key) : undefined;
  }, config);
}

/** Sections in which the adapter resolves `$env{NAME}`; in the others the enforcer does. */
const RESOLVED = ["adapter", "router", "controlplane", "globaladapter"];

class Reader {
  private readonly variables: ReadonlyMap<string, string>;

  constructor(
    private readonly config: TomlTable,
    private readonly environment: ReadonlyMap<string, string>,
  ) {
    this.variables = new Map([...environment].map(([name, value]) => [name.toUpperCase(), value]));
  }

  text(path: Path, usual: string): string {
    const node = nodeAt(this.config, path);
    const found = node?.kind === "value" && typeof node.value === "string" ? node.value : usual;
    const isResolved = RESOLVED.includes(String(path[0]).toLowerCase());
    return (
      this.variables.get(variableOf(...path)) ?? (isResolved ? this.withEnvironment(found) : found)
    );
  }

  /** Reads a boolean. @param isSet whether another key of the configuration sets it. */
  boolean(path: Path, usual: boolean, isSet = false): boolean {
    const node = nodeAt(this.config, path);
    const own = node?.kind === "value" && typeof node.value === "boolean" ? node.value : usual;
    const found = isSet || own;
    const variable = this.variables.get(variableOf(...path));
    if (variable === undefined) return found;
    // The values of `strconv.ParseBool`. For any other the adapter reports that it is not a boolean.
    if (/^(1|t|T|TRUE|true|True)$/.test(variable)) return true;
    return /^(0|f|F|FALSE|false|False)$/.test(variable) ? false : found;
  }

  /**
   * Reads a list. A list in the configuration replaces the adapter's own, and its elements inherit nothing from that
   * one.
   */
  list<T>(
    path: Path,
    usual: readonly T[],
    of: (at: Path, usual: T | undefined) => T,
  ): readonly T[] {
    const node = nodeAt(this.config, path);
    return node?.kind === "tables"
      ? node.items.map((_, index) => of([...path, index], undefined))
      : usual.map((each, index) => of([...path, index], each));
  }

  private withEnvironment(text: string): string {
    const [, name] = /\{(.*)\}/s.exec(text) ?? [];
    const value = name === undefined ? undefined : this.environment.get(name);
    if (!text.includes("$env") || value === undefined) return text;
    return text.replace(/\{.*\}/s, () => value).replaceAll("$env", "");
  }
}

function keystore(read: Reader, path: Path, usual: PairPaths): PairPaths {
  return {
    certificate: read.text([...path, "CertPath"], usual.certificate),
    key: read.text([...path, "KeyPath"], usual.key),
  };
}

function issuer(name: string, of: string, certificate: string): TokenIssuer {
  return { name, issuer: of, certificate, jwksUrl: "" };
}
