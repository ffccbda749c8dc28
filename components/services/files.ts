import type { KeyAlgorithm } from "../../x509";

/**
 * Forms of a certificate with its key: two PEM files; one PEM file with both; a PKCS#12 or JKS store with its password.
 */
export const KEY_FORMS = ["pem", "combined", "pkcs12", "jks"] as const;
type KeyForm = (typeof KEY_FORMS)[number];

/**
 * Forms of the CAs that a service trusts: one PEM file with all of them; one PEM file each, named as OpenSSL looks them
 * up in a folder; a PKCS#12 or JKS store with its password.
 */
export const CA_FORMS = ["bundle", "directory", "pkcs12", "jks"] as const;
type CaForm = (typeof CA_FORMS)[number];

/** PEM forms of a private key: PKCS#8 (RFC 5958), PKCS#1 (RFC 8017, only RSA), SEC1 (RFC 5915, only ECDSA). */
export const KEY_ENCODINGS = ["pkcs8", "pkcs1", "sec1"] as const;
type KeyEncoding = (typeof KEY_ENCODINGS)[number];

/** Objects in which the CAs can be: one of their own, or the Secret with the key. */
export const CA_OBJECTS = ["ConfigMap", "Secret", "keys"] as const;
type CaObjectKind = (typeof CA_OBJECTS)[number];

/** Files of all key forms. Each form has some of them. */
export const KEY_FILES = ["certificate", "key", "combined", "store", "password"] as const;
type KeyFile = (typeof KEY_FILES)[number];

/** Files of all CA forms. A directory has none with a name of its own. */
export const CA_FILES = ["bundle", "store", "password"] as const;
type CaFile = (typeof CA_FILES)[number];

/** Files with which a service reads its certificate and its key. */
export interface KeyFiles {
  readonly form: KeyForm;
  /** Exact name of the Secret. @default - Pulumi generates one, which changes with the content */
  readonly secret?: string | undefined;
  /** Names of the files, which are the keys of the Secret. */
  readonly names: Readonly<Partial<Record<KeyFile, string>>>;
  /** Form of the key in PEM. */
  readonly encoding: KeyEncoding;
}

/** Files with which a service reads the CAs that it trusts. */
export interface CaFiles {
  readonly form: CaForm;
  readonly object: CaObjectKind;
  /** Exact name of the object. @default - Pulumi generates one, which changes with the content */
  readonly name?: string | undefined;
  /** Names of the files, which are the keys of the object. */
  readonly names: Readonly<Partial<Record<CaFile, string>>>;
}

/** All files of a service. */
export interface ServiceFiles {
  readonly keys: KeyFiles;
  readonly ca: CaFiles;
}

/**
 * Usual names of a form's files: those of a `kubernetes.io/tls` Secret, and those that cert-manager gives to stores.
 */
const KEY_FILE_NAMES: Readonly<Record<KeyForm, KeyFiles["names"]>> = {
  pem: { certificate: "tls.crt", key: "tls.key" },
  combined: { combined: "tls.pem" },
  pkcs12: { store: "keystore.p12", password: "password" },
  jks: { store: "keystore.jks", password: "password" },
};

const CA_FILE_NAMES: Readonly<Record<CaForm, CaFiles["names"]>> = {
  bundle: { bundle: "ca.crt" },
  directory: {},
  pkcs12: { store: "truststore.p12", password: "password" },
  jks: { store: "truststore.jks", password: "password" },
};

/** What a form of files is given: everything has a usual value. */
export interface FilesChoice {
  readonly form?: KeyForm | undefined;
  readonly secret?: string | undefined;
  readonly names?: KeyFiles["names"] | undefined;
  readonly encoding?: KeyEncoding | undefined;
  readonly ca?:
    | {
        readonly form?: CaForm | undefined;
        readonly object?: CaObjectKind | undefined;
        readonly name?: string | undefined;
        readonly names?: CaFiles["names"] | undefined;
      }
    | undefined;
}

/** Completes a choice of files. A store of CAs is in a Secret, because its password is next to it. */
export function filesOf({
  form = "pem",
  secret,
  names,
  encoding,
  ca = {},
}: FilesChoice): ServiceFiles {
  const caForm = ca.form ?? "bundle";
  return {
    keys: {
      form,
      secret,
      names: { ...KEY_FILE_NAMES[form], ...names },
      encoding: encoding ?? "pkcs8",
    },
    ca: {
      form: caForm,
      object: ca.object ?? (isStore(caForm) ? "Secret" : "ConfigMap"),
      name: ca.name,
      names: { ...CA_FILE_NAMES[caForm], ...ca.names },
    },
  };
}

/** Whether a form is a store with a password. */
export function isStore(form: KeyForm | CaForm): boolean {
  return form === "pkcs12" || form === "jks";
}

/** Whether a service needs a password for its stores. */
export function hasStore({ keys, ca }: ServiceFiles): boolean {
  return isStore(keys.form) || isStore(ca.form);
}

/** One problem with a service's files, by the path of its configuration key. */
interface FilesProblem {
  readonly path: readonly string[];
  readonly message: string;
}

/** Finds problems of a choice of files, and of files that cannot hold a key of an algorithm. */
export function filesProblems(choice: FilesChoice, algorithm: KeyAlgorithm): FilesProblem[] {
  const files = filesOf(choice);
  return [
    ...nameProblems(files.keys.form, KEY_FILE_NAMES, choice.names, ["names"]),
    ...nameProblems(files.ca.form, CA_FILE_NAMES, choice.ca?.names, ["ca", "names"]),
    ...encodingProblems(choice, files, algorithm),
    ...caProblems(choice, files),
    ...sharedNames(files),
  ];
}

function nameProblems<Form extends string, File extends string>(
  form: Form,
  usual: Readonly<Record<Form, Readonly<Partial<Record<File, string>>>>>,
  names: Readonly<Partial<Record<File, string>>> | undefined,
  path: readonly string[],
): FilesProblem[] {
  return Object.keys(names ?? {})
    .filter((file) => !(file in usual[form]))
    .map((file) => {
      const has = Object.keys(usual[form]).join(" and ");
      const message = `names a file that the form ${form} does not have; ${has === "" ? "its files are named after the CAs" : `it has ${has}`}`;
      return { path: [...path, file], message };
    });
}

function encodingProblems(
  { encoding }: FilesChoice,
  { keys: { form } }: ServiceFiles,
  algorithm: KeyAlgorithm,
): FilesProblem[] {
  if (encoding === undefined) return [];
  const refuse = (message: string) => [{ path: ["encoding"], message }];
  if (isStore(form)) return refuse(`is for a key in PEM, but the form is ${form}; remove it`);
  if (encoding === "pkcs1" && !algorithm.startsWith("RSA"))
    return refuse(
      `found "pkcs1", which holds RSA keys only (RFC 8017), but the key is ${algorithm}; use pkcs8, or set certificate.algorithm to RSA-2048, RSA-3072 or RSA-4096`,
    );
  if (encoding === "sec1" && !algorithm.startsWith("ECDSA"))
    return refuse(
      `found "sec1", which holds ECDSA keys only (RFC 5915), but the key is ${algorithm}; use pkcs8, or set certificate.algorithm to ECDSA-P256 or ECDSA-P384`,
    );
  return [];
}

function caProblems({ ca: given = {} }: FilesChoice, { ca }: ServiceFiles): FilesProblem[] {
  if (ca.object === "keys" && given.name !== undefined)
    return [
      {
        path: ["ca", "name"],
        message:
          "is for an object of its own, but the CAs are in the Secret with the key; remove it, or change `object`",
      },
    ];
  if (ca.object === "ConfigMap" && isStore(ca.form))
    return [
      {
        path: ["ca", "object"],
        message: `found "ConfigMap", but a store has its password next to it; use Secret or keys`,
      },
    ];
  return [];
}

/** Finds two files with one name in one object. Both stores of one Secret have the same password, in one file. */
function sharedNames({ keys, ca }: ServiceFiles): FilesProblem[] {
  const inKeys = ca.object === "keys";
  const named = [
    ...Object.entries(keys.names).map(([file, name]) => ({ path: ["names", file], name })),
    ...Object.entries(ca.names)
      .filter(([file]) => !inKeys || file !== "password" || !isStore(keys.form))
      .map(([file, name]) => ({ path: ["ca", "names", file], name })),
  ];
  const groups = inKeys
    ? [named]
    : [
        named.filter(({ path }) => path[0] === "names"),
        named.filter(({ path }) => path[0] === "ca"),
      ];
  return groups.flatMap((group) =>
    group.flatMap(({ path, name }, position) => {
      const other = group.slice(0, position).find((each) => each.name === name);
      if (!other) return [];
      return [{ path, message: `is ${name}, like ${other.path.join(".")}; give it another name` }];
    }),
  );
}
