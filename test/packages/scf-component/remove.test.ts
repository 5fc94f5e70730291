import { describe, expect, test } from "vitest";
import * as commands from "../../../packages/scf-component/src/commands.ts";
import { NEW, refusal } from "../cos-emulator/scf/api/support.ts";
import { failure, startDeployment } from "./support.ts";

describe("removing", () => {
  test("removes the functions and the domain, and finds nothing the second time", async () => {
    const deployment = await startDeployment();
    deployment.props["customDomain"] = { domain: "api.example.com", certificateId: "cert1234" };
    await deployment.deploy();
    expect(await deployment.remove("-y")).toBe("Removed one, two, api.example.com.");
    expect(await refusal(deployment.client.GetFunction({ FunctionName: "one" }))).toBe(
      "ResourceNotFound.Function",
    );
    expect((await deployment.client.ListCustomDomains({})).Total).toBe(0);
    expect(await deployment.remove("-y")).toBe("There is nothing to remove.");
  });

  test("does nothing without -y when nobody can be asked", async () => {
    const deployment = await startDeployment();
    await deployment.deploy();
    const writes = await deployment.writesSince(async () => {
      expect(await failure(deployment.remove())).toBe(
        "Nothing was removed. To remove one, two without being asked, add -y.",
      );
    });
    expect(writes).toEqual([]);
  });

  test.each([
    [true, "Removed one, two."],
    [false, "Nothing was removed. To remove one, two without being asked, add -y."],
  ])("asks the user, who answers %s", async (answer, outcome) => {
    const deployment = await startDeployment();
    await deployment.deploy();
    const questions: string[] = [];
    const confirm = async (question: string) => {
      questions.push(question);
      return answer;
    };
    const work = commands.remove([], deployment.project(), confirm, deployment.tools);
    expect(await work.catch((error: Error) => error.message)).toBe(outcome);
    expect(questions).toEqual(["Remove one, two from ap-guangzhou?"]);
  });

  test("keeps somebody else's function of the same name", async () => {
    const deployment = await startDeployment();
    await deployment.client.CreateFunction({ ...NEW, FunctionName: "one" });
    deployment.pass();
    expect(await deployment.remove("-y")).toBe("There is nothing to remove.");
    expect(await deployment.client.GetFunction({ FunctionName: "one" })).toMatchObject({ Status: "Active" });
  });

  test("also removes a function whose variable is no longer set", async () => {
    const deployment = await startDeployment();
    deployment.props["functions"] = { one: { environment: [], onlyWith: "ONE_ID" } };
    deployment.env = { ONE_ID: "1" };
    await deployment.deploy();
    deployment.env = {};
    expect(await deployment.remove("-y")).toBe("Removed one.");
  });

  test("continues after an interruption", async () => {
    const deployment = await startDeployment();
    deployment.props["customDomain"] = { domain: "api.example.com", certificateId: "cert1234" };
    await deployment.deploy();
    deployment.proxy.fault = ({ action }) => (action === "DeleteFunction" ? { kind: "lost" } : undefined);
    expect(await failure(deployment.remove("-y"))).toMatch(/DeleteFunction was refused for one/);
    deployment.proxy.fault = () => undefined;
    await deployment.remove("-y");
    expect(await refusal(deployment.client.GetFunction({ FunctionName: "two" }))).toBe(
      "ResourceNotFound.Function",
    );
  });
});
