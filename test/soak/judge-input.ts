import { importJson, importText } from "../../cli/enroll/screen";
import { takeIn } from "../../cli/enroll/command";
import { CannotCheck } from "../../command/failure";
import { exchange } from "../../systems/substra/enroll/exchange";
import { existingCertificate, existingKey } from "../../config/certificate-fields";
import { PrivateKeyFound, refusePrivateKey } from "../../enrollment/files";
import {
  DerError,
  PemError,
  RequestRefused,
  admitRequest,
  checkChain,
  coversHost,
  escapeInvisible,
  escapeInvisibleJson,
  hasInvisible,
  holdsPrivateKey,
  keyMatchesCertificate,
  readCertificate,
  readPrivateKey,
} from "../../x509";
import { makeCa } from "../unit/x509/make-certificate";
import { keys } from "../unit/x509/make-keys";

const AT = new Date("2025-06-01T00:00:00Z");
const EXPECTED = [PemError, DerError, RequestRefused, CannotCheck, PrivateKeyFound];
/** Text that may reach a screen: printable ASCII, the command's own symbols, line ends. */
const PRINTABLE = /^[ -~…√×\n]*$/;

/** The result for an input: how many doors accepted or refused it, and whether they did so properly. */
export interface Taken {
  readonly taken: number;
  readonly refused: number;
  /** Faults: unexpected errors, and messages that are not printable. */
  readonly faults: readonly string[];
}

/** Passes an input to every door through which texts of strangers or users come in. */
export function judgeInput(text: string): Taken {
  const faults: string[] = [];
  let taken = 0;
  let refused = 0;
  for (const [name, door] of Object.entries(DOORS)) {
    try {
      const shown = door(text);
      taken++;
      if (!PRINTABLE.test(shown)) faults.push(`${name} shows what is not printable`);
    } catch (error) {
      refused++;
      const isExpected = EXPECTED.some((kind) => error instanceof kind);
      if (!isExpected)
        faults.push(`${name}: ${error instanceof Error ? (error.stack ?? "") : String(error)}`);
      else if (!PRINTABLE.test((error as Error).message))
        faults.push(`${name}: message is not printable`);
    }
  }
  return { taken, refused, faults };
}

let ca: ReturnType<typeof readCertificate> | undefined;
const granted = { MyOrg1MSP: { request: { file: "enrollments/MyOrg1MSP/request.pem" } } };
const parties = exchange.parties((name, schema) =>
  name === "enrollments" ? schema.parse(granted) : undefined,
);

const DOORS: Readonly<Record<string, (text: string) => string>> = {
  request: (text) =>
    admitRequest(text, { organization: "MyOrg1MSP", source: "enrollments.MyOrg1MSP" }).subject.text,
  certificate: (text) => {
    const certificate = readCertificate(text);
    ca ??= readCertificate(makeCa());
    const found = checkChain(certificate, [ca, certificate], { at: AT, purpose: "clientAuth" });
    coversHost(certificate, "org-1.example.org");
    const { privateKey } = keys("p256");
    keyMatchesCertificate(privateKey.export({ type: "pkcs8", format: "pem" }).toString(), text);
    return found.map(({ message }) => message).join("\n");
  },
  configuration: (text) =>
    [existingCertificate, existingKey]
      .flatMap((schema) => schema.safeParse(text).error?.issues ?? [])
      .map(({ message }) => message)
      .join("\n"),
  key: (text) => readPrivateKey(text, "the key").asymmetricKeyType ?? "",
  import: (text) => {
    // As `countersign enroll import` reads a file.
    refusePrivateKey(text, "received.pem");
    const outcome = takeIn(
      [{ origin: "received.pem", text, named: true }],
      {
        config: {
          path: "Pulumi.dev.yaml",
          sides: [{ system: exchange, parties }],
        },
        project: "/nonexistent",
        at: AT,
      },
      true,
    );
    const json = escapeInvisibleJson(importJson(outcome));
    // Letters of other languages stay in JSON, which programs read.
    return (
      escapeInvisible(importText(outcome)) + (hasInvisible(json.replaceAll("\n", "")) ? "\0" : "")
    );
  },
  travelling: (text) => String(holdsPrivateKey(text)),
};
