import { join } from "node:path";
import valid from "semver/functions/valid";
import { z } from "zod";
import type { ChartSource } from "../components/kubernetes/helm/chart-contract";
import { whyNoFile } from "../host";
import {
  KEY_ALGORITHMS,
  PRIVATE_KEY_LABELS,
  PemError,
  canonicalIpAddress,
  describeKey,
  isDnsName,
  isIpAddress,
  isKeyAlgorithm,
  keyMatchesCertificate,
  exposedKeyProblem,
  readCertificate,
  readCertificates,
  readPem,
  readPrivateKey,
  storePasswordProblem,
} from "../x509";
import { PEM, SECRET, about, code } from "./about";
import { durationOf, hoursOf } from "./duration";
import { path } from "./paths";
import { shown } from "./problems";

/** A map with exactly these keys; the message about any other key lists them. */
export function section<S extends z.ZodRawShape>(shape: S) {
  const known = Object.keys(shape).join(", ");
  return z.strictObject(shape, {
    error: ({ code }) => (code === "unrecognized_keys" ? `the known keys are ${known}` : undefined),
  });
}

/**
 * Returns a transform for a section whose keys are alternatives: its result is the value of the only key that is set.
 *
 * @param problem message for a section with none of the keys, or with several.
 */
export function onlyOne(problem: string) {
  return <T extends object>(
    alternatives: Readonly<Record<string, T | undefined>>,
    context: z.RefinementCtx,
  ): T => {
    const [found, ...more] = Object.values(alternatives).filter((each) => each !== undefined);
    if (found && more.length === 0) return found;
    context.addIssue(problem);
    return z.NEVER;
  };
}

/** A text whose kind has a name in the documentation. */
export function text(kind: string) {
  return z.string().meta({ title: kind });
}

/** A duration in the configuration (`90d`, `10y`), as whole hours. */
export const duration = text("duration").transform((text, context) => {
  const hours = hoursOf(text);
  if (hours !== undefined) return hours;
  context.addIssue(
    `found ${shown(text)}; write a whole number and h, d, w or y (365 days), for example 90d; at most 100y`,
  );
  return z.NEVER;
});

/** A DNS name without wildcard, scheme or port, in lower case (RFC 1123). */
export const hostName = hostNameWithout(
  "; write a host name in lower case, without scheme, port or wildcard",
);

/** Kubernetes' API server refuses addresses as hosts of Ingresses (networking.k8s.io/v1, IngressRule). */
export const NO_INGRESS =
  ", an IP address, which no Ingress can have as its host (Kubernetes' API refuses it)";

/** The host of an Ingress. */
export const ingressHost = hostNameWithout(`${NO_INGRESS}; write a host name that resolves to it`);

/** @param addressAdvice end of the message about an IP address, after the address. */
export function hostNameWithout(addressAdvice: string) {
  return text("host name").refine(isDnsName, {
    error: ({ input }) =>
      typeof input === "string" && isIpAddress(input)
        ? `found ${shown(input)}${addressAdvice}`
        : `found ${shown(input)}; write a host name in lower case, without scheme, port or wildcard`,
  });
}

/** An IP address of either kind, in its canonical form (RFC 5952). */
export const ipAddress = text("IP address").transform((text, context) => {
  const address = canonicalIpAddress(text);
  if (address !== undefined) return address;
  context.addIssue(
    `found ${shown(text)}; write an IP address such as 192.0.2.7 or 2001:db8::7, without port, brackets or mask`,
  );
  return z.NEVER;
});

/** The domain of a cluster's Services, kubelet's `clusterDomain`. */
export const clusterDomain = z
  .string()
  .refine((domain) => isDnsName(domain) && !domain.startsWith("svc."), {
    error: (issue) =>
      `found ${shown(issue.input)}; write the cluster's own domain in lower case, such as cluster.local, without "svc." in front and without a trailing dot`,
  });

/** A DNS label (RFC 1123), as Kubernetes names a namespace. */
export const label = labelOf(63);

/**
 * A Helm release's name. Helm accepts 53 characters, but the charts add 23 for the names of Services, which have at
 * most 63.
 */
export const releaseLabel = labelOf(40);

function labelOf(longest: number) {
  const wanted = `write 1 to ${longest} lower-case letters, digits and inner hyphens`;
  return text("DNS label").refine(
    (given) => given.length <= longest && /^[a-z\d]([-a-z\d]*[a-z\d])?$/.test(given),
    { error: (issue) => `found ${shown(issue.input)}; ${wanted}` },
  );
}

/** One attribute of a subject (RFC 5280, upper bound of O and CN). */
export const subjectText = z
  .string()
  .min(1)
  .max(64)
  .refine((text) => text.trim() === text && !/[\u0000-\u001f\u007f]/.test(text), {
    error: "must not begin or end with a space, or contain control characters",
  });

export const keyAlgorithm = z.enum(KEY_ALGORITHMS);

export const port = z.int().min(1).max(65535);

/** Password of a store, chosen elsewhere; secret, and never quoted. */
export const storePassword = z.string().superRefine((text, context) => {
  const problem = storePasswordProblem(text);
  if (problem !== undefined) context.addIssue(problem);
});

/** Default lifetime of a leaf certificate: 90 days. */
export const LEAF_HOURS = 90 * 24;

/** Keys for the lifetime of certificates, shared by everything that issues one. */
export const lifetimeKeys = {
  validity: duration
    .prefault(durationOf(LEAF_HOURS))
    .meta(about("Lifetime of a certificate", "60d")),
  renewBefore: duration
    .optional()
    .meta(about("Time before its expiry at which it is renewed", "30d", "a third of `validity`")),
};

/** Reports a problem with one key of a section. */
export type Refuse = (key: string, message: string) => void;

/** @param path of the section within the one that is being read. */
export function refusalsIn(context: z.RefinementCtx, ...path: string[]): Refuse {
  return (key, message) => context.addIssue({ code: "custom", path: [...path, key], message });
}

/** Returns the lifetime of a certificate in hours; by default, it is renewed when a third of it is left. */
export function lifetime(
  given: { validity: number; renewBefore?: number | undefined },
  refuse: Refuse,
): { validityHours: number; renewBeforeHours: number } {
  const validityHours = given.validity;
  const renewBeforeHours = given.renewBefore ?? Math.floor(validityHours / 3);
  if (renewBeforeHours >= validityHours) {
    refuse(
      "renewBefore",
      `${durationOf(renewBeforeHours)} must be shorter than validity (${durationOf(validityHours)}), or the certificate would be renewed at every up`,
    );
  }
  return { validityHours, renewBeforeHours };
}

/** A section with the lifetime of certificates, and nothing else. */
export const lifetimes = section(lifetimeKeys)
  .transform((given, context) => lifetime(given, refusalsIn(context)))
  .prefault({});

/** A text in PEM, which is not checked here. */
export const pem = text("PEM");

/** A certificate that was issued elsewhere, in its canonical form. */
export const existingCertificate = pem.transform((pem, context) =>
  tryPem(context, () => {
    const certificate = readCertificate(pem, "the certificate");
    refusePublished(certificate);
    return certificate.pem;
  }),
);

/** Certificates that were issued elsewhere, each in its canonical form. */
export const existingCertificates = pem.transform((pem, context) =>
  tryPem(context, () => {
    const certificates = readCertificates(pem, "the certificate");
    certificates.forEach(refusePublished);
    return certificates.map((each) => each.pem).join("");
  }),
);

/** An unencrypted private key that was generated elsewhere, in its canonical form; secret. */
export const existingKey = pem.transform((pem, context) =>
  tryPem(context, () => {
    const key = readPrivateKey(pem, "the key");
    refusePublished(key);
    const algorithm = describeKey(key);
    if (!isKeyAlgorithm(algorithm)) {
      throw new PemError(`has the algorithm ${algorithm}; use one of ${KEY_ALGORITHMS.join(", ")}`);
    }
    return readPem(pem, PRIVATE_KEY_LABELS, "the key").pem;
  }),
);

/**
 * Refuses an existing certificate or key if its private key is public or can be computed.
 *
 * @throws PemError
 */
export function refusePublished(read: Parameters<typeof exposedKeyProblem>[0]): void {
  const problem = exposedKeyProblem(read);
  if (problem !== undefined) throw new PemError(problem);
}

function tryPem(context: z.RefinementCtx, read: () => string): string {
  try {
    return read();
  } catch (error) {
    context.addIssue(pemMessage(error));
    return z.NEVER;
  }
}

/** Returns a safe message: only the messages of PemError are known to quote no key material. */
export function pemMessage(error: unknown): string {
  return error instanceof PemError ? error.message : "is not readable as PEM";
}

/** Keys for a certificate and its private key that were created elsewhere. */
export const existingKeys = {
  existing: existingCertificate
    .optional()
    .meta(about("An existing certificate, used until its renewal", PEM)),
  key: existingKey.optional().meta(about("The private key of `existing`, unencrypted", SECRET)),
};

/** Settings of a server's certificate. */
export const leaf = section({
  algorithm: keyAlgorithm.default("ECDSA-P256").meta(about("Algorithm of its key", "ECDSA-P384")),
  ...lifetimeKeys,
  ...existingKeys,
})
  .transform(({ algorithm, existing, key, ...life }, context) => {
    const refuse = refusalsIn(context);
    const pair = existingPair(existing, key, refuse);
    return { algorithm, ...lifetime(life, refuse), ...(pair && { existing: pair }) };
  })
  .prefault({});

/** Returns an existing certificate with its key; neither is of use without the other. */
export function existingPair(
  certificate: string | undefined,
  key: string | undefined,
  refuse: Refuse,
): { certificate: string; key: string } | undefined {
  if (certificate === undefined && key === undefined) return undefined;
  if (key === undefined) {
    refuse("key", "is missing: the existing certificate needs its private key, as a secret");
  } else if (certificate === undefined) {
    refuse("existing", "is missing: the given key needs its certificate");
  } else if (keyMatches(key, certificate)) return { certificate, key };
  else refuse("key", "does not belong to the existing certificate");
  return undefined;
}

function keyMatches(key: string, certificate: string): boolean {
  try {
    return keyMatchesCertificate(key, certificate);
  } catch {
    return true; // the problem with one of them has been reported already
  }
}

/** Values that are merged over the computed ones. Each chart checks which values they must not change. */
export const chartValues = z.record(z.string(), z.unknown()).default({});

/** A chart of a repository. */
interface RemoteChart {
  readonly repository: string;
  readonly name: string;
  readonly version: string;
}

/** A chart; missing settings of a repository's chart come from the defaults. */
export function chart(defaults: RemoteChart) {
  const ifAbsent = {
    repository: code(defaults.repository),
    name: code(defaults.name),
    version: code(defaults.version),
  };
  return chartKeys(defaults, ifAbsent)
    .transform(({ path: folder, ...remote }, context): ChartSource => {
      if (folder === undefined) return { ...defaults, ...withoutUndefined(remote) };
      if (Object.keys(remote).length === 0) return { path: folder };
      context.addIssue(BOTH_CHARTS);
      return z.NEVER;
    })
    .prefault({})
    .meta(about("The Helm chart that is installed", undefined, "the real chart"));
}

/** Any chart: a folder, or all three settings of a repository's chart. */
export const anyChart = chartKeys(
  { repository: "https://charts.example", name: "orders", version: "1.2.3" },
  { repository: undefined, name: undefined, version: undefined },
)
  .transform(({ path: folder, ...remote }, context): ChartSource => {
    const given = withoutUndefined(remote);
    const { repository, name, version } = given;
    if (folder !== undefined) {
      if (Object.keys(given).length === 0) return { path: folder };
      context.addIssue(BOTH_CHARTS);
    } else if (repository !== undefined && name !== undefined && version !== undefined) {
      return { repository, name, version };
    } else {
      context.addIssue("needs a path, or a repository with a name and a version");
    }
    return z.NEVER;
  })
  .meta(about("The Helm chart that is installed"));

const BOTH_CHARTS = "has both a path and a repository's chart; write only one of them";

/** Keys of a chart, with an example of each. */
function chartKeys(
  example: RemoteChart,
  ifAbsent: Readonly<Record<keyof RemoteChart, string | undefined>>,
) {
  return section({
    path: path("folder")
      .transform((folder, context) => {
        const problem = whyNoFile(join(folder, "Chart.yaml"));
        if (problem === undefined) return folder;
        const found = problem.isMissing ? "no Chart.yaml there" : `Chart.yaml ${problem.predicate}`;
        context.addIssue(
          `there is no chart at ${shown(folder)} (${found}); the path is relative to Pulumi.yaml`,
        );
        return z.NEVER;
      })
      .optional()
      .meta(about("Folder of a chart that replaces the repository's", `charts/${example.name}`)),
    repository: z
      .url({
        protocol: /^(https|oci)$/,
        error: (issue) => `found ${shown(issue.input)}; write a https:// or oci:// URL`,
      })
      .optional()
      .meta(about("Repository of the chart", "oci://charts.example", ifAbsent.repository)),
    name: z
      .string()
      .min(1)
      .optional()
      .meta(about("Name of the chart", example.name, ifAbsent.name)),
    version: z
      .string()
      .refine((version) => valid(version) === version, {
        error: (issue) =>
          `found ${shown(issue.input)}; write one exact version such as ${example.version}: a range would change the deployment without a change to the configuration`,
      })
      .optional()
      .meta(about("Version of the chart", example.version, ifAbsent.version)),
  });
}

/** Removes keys whose value is undefined, since exactOptionalPropertyTypes requires an optional key to be absent. */
function withoutUndefined<T extends object>(
  value: T,
): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}
