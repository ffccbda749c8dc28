import { z } from "zod";
import {
  KEY_FORMS,
  TRUST_FORMS,
  TRUST_SCOPES,
  readEndpoint,
} from "../../components/choreo-connect/gateway";
import { readCipher, TLS_VERSIONS } from "../../components/choreo-connect/upstream-tls";
import { PEM, SECRET, about } from "../../config/about";
import {
  hostName,
  label,
  refusalsIn,
  section,
  storePassword,
  text,
  type Refuse,
} from "../../config/fields";
import { existingCertificates, keyAlgorithm } from "../../config/certificate-fields";
import { createNamespaceAbout } from "../../config/helm-release";
import { shown } from "../../config/problems";
import { chosenPublicCas, publicCaChoice } from "../../config/public-cas";
import { isTrustAnchor, readCertificates } from "../../x509";

const endpoint = text("URL").superRefine((url, context) => {
  const read = readEndpoint(url);
  if (typeof read !== "string") return;
  context.addIssue(
    `${shown(url)} ${read}; write the endpoint's URL exactly as it is in the API, for example https://payments.example.com:8443/v1`,
  );
});

const cipher = text("OpenSSL, IANA or Go name").transform((name, context) => {
  const read = readCipher(name);
  if (typeof read !== "string") return read;
  context.addIssue(`${shown(name)} ${read}`);
  return z.NEVER;
});

/** Versions and ciphers, all of them optional. The defaults depend on whether it is the router's or a backend's. */
export const tls = section({
  minimum: z
    .enum(TLS_VERSIONS)
    .optional()
    .meta(about("The lowest version", "TLS1_3", "`TLS1_2`")),
  maximum: z
    .enum(TLS_VERSIONS)
    .optional()
    .meta(about("The highest version", "TLS1_2", "`TLS1_3`")),
  ciphers: z
    .array(cipher)
    .min(1)
    .optional()
    .meta(about("Ciphers up to TLS 1.2", ["ECDHE-RSA-AES128-GCM-SHA256"], "ECDHE with AEAD")),
}).superRefine(({ minimum, maximum }, context) => {
  if (minimum === undefined || maximum === undefined) return;
  if (TLS_VERSIONS.indexOf(minimum) <= TLS_VERSIONS.indexOf(maximum)) return;
  refusalsIn(context)(
    "minimum",
    `${minimum} is above maximum, ${maximum}; lower it, or raise maximum`,
  );
});

export type TlsSettings = z.output<typeof tls>;

/** A service behind the router. */
export const backend = section({
  endpoints: z
    .array(endpoint)
    .min(1)
    .meta(about("Its URLs, exactly as they are in the API", ["https://payments.example/v1"])),
  dnsNames: z
    .array(hostName)
    .default([])
    .meta(about("Further names in its certificate", ["payments.internal"])),
  trust: z
    .enum(TRUST_SCOPES)
    .default("endpoint")
    .meta(about("How the router gets its CA: with each API, or in one bundle", "global")),
  certificate: section({
    algorithm: keyAlgorithm
      .refine((algorithm) => algorithm !== "Ed25519", {
        error: () =>
          'found "Ed25519", which Envoy does not offer to backends, and Java does not support in TLS; use ECDSA-P256',
      })
      .default("ECDSA-P256")
      .meta(about("Algorithm of its key; not Ed25519", "RSA-2048")),
    form: z.enum(KEY_FORMS).default("pem").meta(about("Form of its certificate and key", "pkcs12")),
  })
    .optional()
    .meta(about("Its certificate, if it is issued here")),
  existing: existingCertificates
    .optional()
    .meta(about("Its own certificate, or its CAs, in place of one that is issued here", PEM)),
  routerTrust: section({
    forms: z
      .array(z.enum(TRUST_FORMS))
      .min(1)
      .default(["pem"])
      .meta(about("Forms in which it gets these CAs", ["pkcs12"])),
    publicCas: publicCaChoice.meta(about("Public CAs in `ca-certificates`", ["ISRG Root X1"])),
    configMap: label
      .optional()
      .meta(
        about(
          "ConfigMap with these CAs as PEM, which backends of a namespace may share",
          "payments-router-ca",
          "`router-ca`; `<name>-router-ca` with `ca-certificates`",
        ),
      ),
  })
    .transform(({ forms, publicCas, configMap }, context) => ({
      forms,
      ...(configMap !== undefined && { configMap }),
      publicCas: chosenPublicCas(publicCas, refusalsIn(context)),
    }))
    .prefault({})
    .meta(about("The CAs that it trusts for the router")),
  namespace: label
    .optional()
    .meta(about("Namespace of its Secrets", "shop", "its files are exported")),
  createNamespace: z.boolean().default(false).meta(createNamespaceAbout),
  restarts: z
    .array(label)
    .default([])
    .meta(about("Deployments that restart when what they mount changes", ["payments"])),
  storePassword: storePassword
    .optional()
    .meta(about("Password of its PKCS#12 or JKS stores", SECRET, "generated")),
  tls: tls.optional().meta(about("Versions and ciphers of its server, if not the router's")),
}).superRefine((settings, context) => problemsOfBackend(settings, refusalsIn(context)));

interface BackendInput {
  readonly dnsNames: readonly string[];
  readonly certificate?: { readonly form: string } | undefined;
  readonly existing?: string | undefined;
  readonly routerTrust: {
    readonly forms: readonly string[];
    readonly publicCas: Readonly<Record<string, string>>;
    readonly configMap?: string | undefined;
  };
  readonly namespace?: string | undefined;
  readonly createNamespace: boolean;
  readonly restarts: readonly string[];
  readonly storePassword?: string | undefined;
}

function problemsOfBackend(settings: BackendInput, refuse: Refuse): void {
  const { certificate, existing, routerTrust, namespace, dnsNames } = settings;
  if (existing !== undefined) {
    const problem = existingProblem(existing);
    if (problem !== undefined) refuse("existing", problem);
    if (certificate) {
      refuse("certificate", "is for a certificate issued here, but existing is given; remove one");
    }
    if (dnsNames.length > 0) {
      refuse(
        "dnsNames",
        "are for a certificate that is issued here, but existing is given; remove one",
      );
    }
  }
  const { forms } = routerTrust;
  if (Object.keys(routerTrust.publicCas).length > 0 && !forms.includes("ca-certificates")) {
    refuse(
      "routerTrust",
      `has publicCas, which are for the form ca-certificates, but forms are ${forms.join(", ")}; add that form, or remove them`,
    );
  }
  if (routerTrust.configMap !== undefined && namespace === undefined) {
    refuse(
      "routerTrust",
      "has configMap, which is an object in the backend's namespace, but there is none; set namespace, or remove it",
    );
  }
  if (
    routerTrust.configMap !== undefined &&
    !forms.includes("pem") &&
    !forms.includes("ca-certificates")
  ) {
    refuse(
      "routerTrust",
      `has configMap, which has the forms pem and ca-certificates, but forms are ${forms.join(", ")}; add one of them, or remove it`,
    );
  }
  if (namespace !== undefined && forms.includes("jks")) {
    refuse(
      "routerTrust",
      "has the form jks, which is only written to files; in a namespace use pkcs12, which Java reads under any store type (keystore.type.compat), or remove namespace",
    );
  }
  if (namespace === undefined && settings.restarts.length > 0) {
    refuse(
      "restarts",
      "are Deployments in the backend's namespace, but there is none; set namespace, or remove them",
    );
  }
  if (namespace === undefined && settings.createNamespace) {
    refuse("createNamespace", "is for a namespace, but there is none; set namespace, or remove it");
  }
  const hasStore =
    forms.includes("pkcs12") || forms.includes("jks") || certificate?.form === "pkcs12";
  if (settings.storePassword !== undefined && !hasStore) {
    refuse(
      "storePassword",
      "is for a PKCS#12 or JKS store, but this backend has none; choose the form pkcs12, or remove it",
    );
  }
}

/** Finds a server's own certificate together with CAs, which does not say which of them the server shows. */
function existingProblem(pem: string): string | undefined {
  const certificates = readCertificates(pem, "the certificate");
  const leaf = certificates.find((each) => !isTrustAnchor(each));
  if (!leaf || certificates.length === 1) return undefined;
  return `contains ${certificates.length} certificates, of which ${leaf.subject.text} is not a CA; give only the backend's own certificate, or only those of its CAs`;
}
