import { helmHistory, ourSecrets, runningPods, mountedSecrets } from "./api";
import { consortium } from "./example";
import { TestStack } from "./stack";
import { nearlyExpire } from "./time";
describe("explore", function () {
  this.timeout(300_000);
  it("fails", async () => {
    const ok = consortium("explore", ["MyOrg1MSP"]);
    const bad = { ...ok, orchestrator: { ...ok.orchestrator, timeout: 6, values: { resources: { requests: { cpu: "100000" } } } } };
    const stack = await TestStack.create("explore", ok);
    await stack.up();
    const snap = async (t: string) => {
      console.log("==", t);
      console.log([...(await ourSecrets("explore-orchestrator")).keys()]);
      console.log((await helmHistory("explore-orchestrator")).map((h) => `${h.version} ${h.status}`));
      for (const p of await runningPods("explore-orchestrator")) console.log(p.metadata?.name, JSON.stringify(mountedSecrets(p.spec)));
      const s: any = await stack.state();
      console.log(s.resources.filter((r: any) => r.delete || r.initErrors || r.type.endsWith("Release")).map((r: any) => [r.urn.split("$").pop(), r.id, r.delete, r.initErrors]), s.pending_operations);
    };
    await snap("up");
    await nearlyExpire(stack, "orchestrator-certificate");
    await stack.configure(bad);
    console.log(await stack.run(["up", "--yes", "--skip-preview"]));
    await snap("failed");
    console.log(await stack.run(["preview"]));
    console.log(await stack.run(["up", "--yes", "--skip-preview"]));
    await snap("failed twice");
    await stack.configure(ok);
    console.log(await stack.run(["up", "--yes", "--skip-preview"]));
    await snap("healed");
    console.log(await stack.run(["preview", "--expect-no-changes"]));
  });
});
