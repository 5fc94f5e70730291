import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { readProject } from "../../../packages/scf-component/src/project.ts";
import { readProps } from "../../../packages/scf-component/src/props.ts";

const TEMPLATE = fileURLToPath(new URL("./s.yaml", import.meta.url));

const PROPS = {
  region: "ap-guangzhou",
  runtime: "Nodejs20.19",
  memorySize: 128,
  timeout: 10,
  functions: { one: { environment: ["GREETING"] } },
};

test("missing settings have their defaults", () => {
  expect(readProps(PROPS, "/project/s.yaml", "a-project")).toEqual({
    region: "ap-guangzhou",
    runtime: "Nodejs20.19",
    memorySize: 128,
    timeout: 10,
    namePrefix: "",
    codeDirectory: "/project/dist",
    build: undefined,
    environmentCheck: undefined,
    role: undefined,
    roleWith: undefined,
    storage: undefined,
    template: expect.anything(),
    projectName: "a-project",
    terms: { command: "s", policy: undefined, role: "role in s.yaml" },
    addKey: "s config add",
    customDomain: undefined,
    functions: [
      {
        name: "one",
        environment: [{ name: "GREETING", preferred: "GREETING" }],
        onlyWith: [],
        notWith: [],
        url: true,
        client: true,
        subpaths: false,
        timer: undefined,
        cos: undefined,
        timeout: undefined,
      },
    ],
  });
});

test("texts from the environment are read as numbers, and empty ones as missing", () => {
  const props = readProps(
    {
      ...PROPS,
      memorySize: "256",
      timeout: "3",
      namePrefix: "",
      customDomain: { domain: "", certificateId: "" },
    },
    TEMPLATE,
    "a-project",
  );
  expect(props).toMatchObject({ memorySize: 256, timeout: 3, namePrefix: "", customDomain: undefined });
});

test.each<[string, object, string]>([
  [
    "no region",
    { region: "" },
    "REGION (from .env or the shell) is not set; it must be a region such as ap-guangzhou.",
  ],
  ["an invalid region", { region: "Guangzhou" }, "REGION (from .env or the shell) must be a region"],
  [
    "an unknown runtime",
    { runtime: "Nodejs16.13" },
    "RUNTIME (from .env or the shell) must be one of Nodejs20.19, Nodejs18.15, Nodejs22.21, Nodejs24.11.",
  ],
  [
    "memory that is not a multiple of 128",
    { memorySize: 100 },
    "memorySize must be 64, or 128 to 3072 in steps of 128.",
  ],
  [
    "memory that is not a number",
    { memorySize: "much" },
    "memorySize must be a whole number from 64 to 3072.",
  ],
  ["a timeout of 0", { timeout: 0 }, "timeout must be a whole number from 1 to 900."],
  [
    "a misspelt setting",
    { timeOut: 3 },
    "s.yaml: props has no setting timeOut; the settings are region runtime",
  ],
  ["no functions", { functions: {} }, "functions must contain at least one function."],
  ["a name that SCF does not take", { functions: { Put_Sign: {} } }, "functions.Put_Sign is not a name of"],
  ["a name that is too long", { namePrefix: "x".repeat(58) }, "60 characters; one has more."],
  [
    "a prefix that starts with a digit",
    { namePrefix: "1-" },
    "PREFIX (from .env or the shell) must be letters",
  ],
  [
    "a secret's value in its place",
    { functions: { f: { environment: ["A=secret"] } } },
    "their values belong in .env.",
  ],
  [
    "variables with values",
    { functions: { f: { environment: { A: "secret" } } } },
    "a list of variables' names",
  ],
  ["a function's misspelt setting", { functions: { f: { env: [] } } }, "functions.f has no setting env"],
  [
    "a domain that is a URL",
    { customDomain: { domain: "https://a.example.com" } },
    "DOMAIN (from .env or the shell) must be a domain",
  ],
  ["a command line in a list", { messages: ["s"] }, "s.yaml: messages must be a mapping."],
  ["functions in a list", { functions: [{ environment: [] }] }, "yaml: functions must be a mapping."],
  ["no functions at all", { functions: null }, "s.yaml: functions must be a mapping."],
  ["an empty function", { functions: { f: null } }, "s.yaml: functions.f must be a mapping."],
  [
    "a function with no list of variables",
    { functions: { f: {} } },
    "s.yaml: functions.f.environment must be a list of variables' names",
  ],
  [
    "an empty function named like a member of every object",
    { functions: { constructor: {} } },
    "s.yaml: functions.constructor.environment must be a list",
  ],
  [
    "a function's timeout in words",
    { functions: { f: { environment: [], timeout: "long" } } },
    "s.yaml: functions.f.timeout must be a whole number from 1 to 900.",
  ],
  ["a timeout that is left out", { timeout: undefined }, "s.yaml: timeout must be a whole number"],
  ["a command in a list", { build: ["npm", "run"] }, "s.yaml: build must be text."],
  ["a domain in a list", { customDomain: [{ domain: "a.b.c" }] }, "yaml: customDomain must be a mapping."],
  [
    "a domain's misspelt setting",
    { customDomain: { domains: "a.example.com" } },
    "s.yaml: customDomain has no setting domains; the settings are domain certificateId.",
  ],
  [
    "a wildcard domain",
    { customDomain: { domain: "*.example.com" } },
    "DOMAIN (from .env or the shell) must be a domain",
  ],
])("%s is refused", (_, changes, message) => {
  expect(() => readProps({ ...PROPS, ...changes }, TEMPLATE, "a-project")).toThrow(message);
});

test("reports all problems at once, by the variables that they come from", () => {
  const wrong = {
    ...PROPS,
    region: "Guangzhou",
    runtime: "python",
    memorySize: 1,
    namePrefix: "1-",
    customDomain: { domain: "x" },
  };
  const message = [
    "Nothing was changed. ",
    "- REGION (from .env or the shell) must be a region such as ap-guangzhou.",
    "- RUNTIME (from .env or the shell) must be one of Nodejs20.19, Nodejs18.15, Nodejs22.21, Nodejs24.11.",
    "- s.yaml: memorySize must be a whole number from 64 to 3072.",
    "- PREFIX (from .env or the shell) must be letters, digits, - and _, starting with a letter.",
    "- DOMAIN (from .env or the shell) must be a domain such as api.example.com.",
  ].join("\n");
  expect(() => readProps(wrong, TEMPLATE, "a-project")).toThrow(message);
});

test("an unreadable template leaves the settings' own names", () => {
  expect(() => readProps({ ...PROPS, region: "Guangzhou" }, "/nowhere/s.yaml", "a-project")).toThrow(
    "s.yaml: region must be a region",
  );
});

test("variables named like members of every object are looked up as variables", () => {
  const functions = { f: { environment: ["constructor", "toString"] } };
  const project = readProject(readProps({ ...PROPS, functions }, TEMPLATE, "a-project"), {});
  expect(project.functions[0]?.environment).toEqual({});
});

test("messages use the project's names, or else those of Serverless Devs", () => {
  const { terms, addKey } = readProps(
    { ...PROPS, messages: { command: "make functions-", addKey: "make key", policy: "cam/deployer.json" } },
    TEMPLATE,
    "a-project",
  );
  expect(terms).toMatchObject({ command: "make functions-", policy: "cam/deployer.json" });
  expect(addKey).toBe("make key");
  const standard = readProps(PROPS, TEMPLATE, "a-project");
  expect(standard.terms).toMatchObject({ command: "s", policy: undefined });
  expect(standard.addKey).toBe("s config add");
});
