import { access, readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { readProject } from "../../packages/scf-component/src/project.ts";
import { readProps } from "../../packages/scf-component/src/props.ts";
import { explain } from "../../packages/scf-component/src/refusal.ts";
import { propsOf } from "../packages/scf-component/command-line.ts";

const ROOT = new URL("../../", import.meta.url);
const TEMPLATE = new URL("serverless.yml", ROOT);

async function propsFor(env: Readonly<Record<string, string>>) {
  const text = await readFile(TEMPLATE, "utf8");
  return readProps(propsOf(text, env), fileURLToPath(TEMPLATE), /^name: (.*)$/m.exec(text)?.[1] ?? "");
}

describe("the component's messages, as users of this project see them,", () => {
  test("name the variable that a prop comes from", async () => {
    const env = {
      COS_REGION: "Guangzhou",
      FUNCTION_RUNTIME: "python",
      FUNCTION_PREFIX: "1-",
      CUSTOM_DOMAIN: "x",
    };
    const message = [
      "Nothing was changed. ",
      "- COS_REGION (from .env or the shell) must be a region such as ap-guangzhou.",
      "- FUNCTION_RUNTIME (from .env or the shell) must be one of Nodejs20.19, Nodejs18.15, Nodejs22.21, Nodejs24.11.",
      "- FUNCTION_PREFIX (from .env or the shell) must be letters, digits, - and _, starting with a letter.",
      "- CUSTOM_DOMAIN (from .env or the shell) must be a domain such as api.example.com.",
    ].join("\n");
    await expect(propsFor(env)).rejects.toThrow(message);
    await expect(propsFor({ COS_REGION: "ap-guangzhou", CUSTOM_DOMAIN: "api.example.com" })).rejects.toThrow(
      "CERTIFICATE_ID (from .env or the shell) is not set; a custom domain needs",
    );
  });

  test("name this project's own commands, policy and variables", async () => {
    const { terms, addKey } = await propsFor({ COS_REGION: "ap-guangzhou" });
    const says = (code: string) =>
      explain({ action: "GetFunction", about: "put-sign", requestId: "r-1", message: "", code }, terms);
    expect(says("ResourceNotFound.Function")).toContain("deploy it with npm run deploy -- deploy, then");
    expect(says("UnauthorizedOperation")).toContain(
      "attach deploy/policies/deployer.json to its user in CAM",
    );
    expect(says("ResourceNotFound.Role")).toContain("check that FUNCTION_ROLE, if it is set,");
    expect(addKey).toBe("npx s config add");
    await access(new URL(terms.policy ?? "nowhere", ROOT));
  });

  // Functions that are deployed already have this description: another one would make them somebody else's.
  test("the functions' description stays the same, so that deployed functions still count as this project's", async () => {
    const { functions } = readProject(await propsFor({ COS_REGION: "ap-guangzhou" }), {});
    expect(new Set(functions.map(({ description }) => description))).toEqual(
      new Set(["Deployed by cos direct upload. Changes made here will be overwritten."]),
    );
  });
});
