import assert from "node:assert/strict";
import { Orchestrator } from "../../../components/substra";
import { readCertificate, readCertificateRequest } from "../../../x509";
import { runProgram, type Run } from "../mock-engine";
import { EXISTING_KEY, existingCertificate, issued } from "../pki/existing";
import { find, treeOf } from "../tree";
import { valueOf } from "../value-of";
import { reveal } from "../wire";
import { LEAF, orchestratorArgs } from "./parts";

/** An orchestrator with an existing pair, whose certificate is renewed 720 hours before its end. */
function orchestrator(certificate: string): Promise<Run<Orchestrator>> {
  return runProgram(
    () =>
      new Orchestrator("orchestrator", {
        ...orchestratorArgs(),
        certificate: { ...LEAF, existing: { certificate, key: EXISTING_KEY } },
      }),
  );
}

describe("Orchestrator with an existing pair", () => {
  const SUBJECT = [["CN", "orchestrator.example"]] as const;
  const pairOf = ({ resources }: Run<unknown>) => {
    const { inputs } = find(resources, "orchestrator-server-pair");
    return (reveal(inputs) as { stringData: Record<string, string> }).stringData;
  };
  const madeIn = ({ resources }: Run<unknown>) =>
    treeOf(resources)
      .map((line) => line.trim())
      .filter((line) => line.startsWith("tls:"));

  it("serves with it, and creates neither a key nor a certificate", async () => {
    const certificate = existingCertificate(721, SUBJECT);
    const run = await orchestrator(certificate);
    assert.deepEqual(run.errors, []);
    assert.deepEqual(madeIn(run), []);
    assert.deepEqual(pairOf(run), { "tls.crt": certificate, "tls.key": EXISTING_KEY });
    assert.ok(run.value);
    assert.deepEqual(await valueOf(run.value.certificate), issued(certificate));
  });

  it("registers the request for its key, which no resource has, so that its key is known later", async () => {
    const registeredIn = async (hoursLeft: number) => {
      const { resources, outputs } = await orchestrator(existingCertificate(hoursLeft, SUBJECT));
      return outputs.get(find(resources, "orchestrator", "Orchestrator").urn) as {
        requestPem?: string;
      };
    };
    const { requestPem = "" } = await registeredIn(721);
    assert.equal(
      readCertificateRequest(requestPem).publicKeyFingerprint,
      readCertificate(existingCertificate(721)).publicKeyFingerprint,
    );
    assert.deepEqual(Object.keys(await registeredIn(720)), ["release"]);
  });

  it("gets a new certificate for the same key when it is due for renewal", async () => {
    const certificate = existingCertificate(720, SUBJECT);
    const run = await orchestrator(certificate);
    assert.deepEqual(run.errors, []);
    assert.deepEqual(madeIn(run), [
      "tls:index/locallySignedCert:LocallySignedCert orchestrator-certificate",
    ]);
    assert.equal(pairOf(run)["tls.key"], EXISTING_KEY);
    assert.notEqual(pairOf(run)["tls.crt"], certificate);
  });
});
