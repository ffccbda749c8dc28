import { z } from "zod";
import { canonicalIpAddress, isDnsName, isIpAddress, storePasswordProblem } from "../x509";
import { shown } from "./problems";

const HOURS = { h: 1, d: 24, w: 7 * 24, y: 365 * 24 } as const;

/** @pulumi/tls counts in 64-bit nanoseconds, which silently overflow into the past at 292 years. */
const LONGEST = 100 * HOURS.y;

/**
 * Reads a duration as people write it: a whole number and one of `h`, `d`, `w` (7 days), `y` (365 days),
 * at most 100 years.
 *
 * @returns whole hours, the unit of @pulumi/tls, or undefined if the text is not such a duration.
 */
export function hoursOf(text: string): number | undefined {
  const match = /^([1-9]\d{0,5})([hdwy])$/.exec(text);
  if (!match) return undefined;
  const [, count, unit] = match;
  const hours = Number(count) * HOURS[unit as keyof typeof HOURS];
  return hours <= LONGEST ? hours : undefined;
}

/** Writes hours in the largest unit that divides them, e.g. `2160` as `90d`. */
export function durationOf(hours: number): string {
  const unit = (["y", "d"] as const).find((candidate) => hours % HOURS[candidate] === 0) ?? "h";
  return `${String(hours / HOURS[unit])}${unit}`;
}

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

export const port = z.int().min(1).max(65535);

/** Password of a store, chosen elsewhere; secret, and never quoted. */
export const storePassword = z.string().superRefine((text, context) => {
  const problem = storePasswordProblem(text);
  if (problem !== undefined) context.addIssue(problem);
});

/** Reports a problem with one key of a section. */
export type Refuse = (key: string, message: string) => void;

/** @param path of the section within the one that is being read. */
export function refusalsIn(context: z.RefinementCtx, ...path: string[]): Refuse {
  return (key, message) => context.addIssue({ code: "custom", path: [...path, key], message });
}
