import { readFileSync } from "node:fs";
import { createConfig, lintFromString } from "@redocly/openapi-core";
import Ajv2020 from "ajv/dist/2020.js";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parse } from "yaml";
import { startTestEmulator } from "../upload/emulator.ts";

const text = readFileSync(new URL("../../openapi.yaml", import.meta.url), "utf8");

interface Parameter {
  readonly $ref?: string;
  readonly name: string;
  readonly in: "query";
  readonly required?: boolean;
  readonly example?: string | number | boolean;
}

interface Media {
  readonly schema: object;
  readonly example?: object;
  readonly examples?: Readonly<Record<string, { readonly value: object }>>;
}

interface Operation {
  readonly operationId: string;
  readonly security?: readonly object[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: { readonly "application/json": Media } };
  readonly responses: Readonly<
    Record<string, { readonly content?: { readonly "application/json": Media } } | undefined>
  >;
}

const document: {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly parameters: Readonly<Record<string, Parameter>> };
} = parse(text);

const operations = Object.entries(document.paths).flatMap(([path, item]) =>
  Object.entries(item).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
);

/** Every request that the page shows: one for the parameters, one for each example of a body. */
const requests = operations.flatMap(({ path, method, operation }) => {
  const query = new URLSearchParams();
  for (const given of operation.parameters ?? []) {
    const parameter = document.components.parameters[given.$ref?.split("/").at(-1) ?? ""] ?? given;
    if (parameter.example !== undefined) query.set(parameter.name, String(parameter.example));
  }
  const media = operation.requestBody?.content["application/json"];
  const bodies = media?.examples ? Object.values(media.examples).map(({ value }) => value) : [media?.example];
  return bodies.map((body) => ({ path, method, operation, query, body }));
});

let emulator: Awaited<ReturnType<typeof startTestEmulator>>;
let token = "";
beforeAll(async () => {
  emulator = await startTestEmulator({ environment: { UPLOAD_AUTH: "jwt" } });
  token = (await call("POST", "/login", { code: newCode() })).token;
});
afterAll(() => emulator.close());

let lastCode = 0;
function newCode(): string {
  lastCode += 1;
  return `user-ann-${lastCode}`;
}

interface Answer {
  readonly token: string;
  readonly key: string;
  readonly cosKey: string;
  readonly url: string;
  readonly ticket: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly parts: readonly { readonly url: string; readonly headers: Readonly<Record<string, string>> }[];
}

async function call(method: string, path: string, body?: object): Promise<Answer> {
  const response = await send(method, path, body);
  return JSON.parse(await response.text());
}

function send(method: string, path: string, body?: object): Promise<Response> {
  return fetch(emulator.url + path, {
    method,
    headers: { authorization: `Bearer ${token}`, ...(body && { "content-type": "application/json" }) },
    ...(body && { body: JSON.stringify(body) }),
  });
}

async function put(url: string, headers: Readonly<Record<string, string>>, bytes: Buffer): Promise<void> {
  const response = await fetch(url.replace("https:", "http:"), { method: "PUT", headers, body: bytes });
  expect(response.status).toBe(200);
}

/** The values for the placeholders in braces in the examples, made for this request alone. */
async function values(path: string, shown: string): Promise<ReadonlyMap<string, string>> {
  const made = new Map<string, string>();
  if (shown.includes("{code}")) made.set("{code}", newCode());
  if (shown.includes("{key}")) {
    const { cosKey, url, headers } = await call("GET", "/put-sign?ext=jpg");
    await put(url, headers, Buffer.from([0xff, 0xd8, 0xff, 0xe0]));
    made.set("{key}", cosKey);
  }
  if (shown.includes("{ticket}")) {
    const { ticket, parts } = await call("POST", "/multipart", { ext: "mp4", size: 2000 });
    const [part] = parts;
    if (path === "/multipart/complete" && part) await put(part.url, part.headers, Buffer.alloc(2000));
    made.set("{ticket}", ticket);
  }
  return made;
}

const ajv = new Ajv2020.default({ strict: false }).addSchema({ $id: "openapi.yaml", ...document });

/** The schema at a JSON pointer of the document, whose references are all local. */
function validator(path: string, method: string, status: number) {
  const escaped = path.replaceAll("/", "~1");
  const place = `openapi.yaml#/paths/${escaped}/${method.toLowerCase()}/responses/${status}/content/application~1json/schema`;
  return ajv.compile({ $ref: place });
}

test("openapi.yaml passes a linter's recommended rules", async () => {
  const config = await createConfig({
    extends: ["recommended"],
    rules: { "no-server-example.com": "off", "operation-4xx-response": "off" },
  });
  const problems = await lintFromString({ source: text, config });
  expect(problems.map(({ ruleId, message, location }) => [ruleId, message, location[0]?.pointer])).toEqual(
    [],
  );
});

test.each(requests)(
  "$method $path works as the example shows",
  async ({ path, method, operation, query, body }) => {
    const shown = JSON.stringify([[...query], body]);
    const [pairs, sent]: [[string, string][], object | null] = JSON.parse(
      [...(await values(path, shown))].reduce(
        (filled, [name, value]) => filled.replaceAll(name, value),
        shown,
      ),
    );
    const search = pairs.length > 0 ? `?${new URLSearchParams(pairs)}` : "";
    const response = await send(method, path + search, sent ?? undefined);
    const answer = await response.text();
    const described = operation.responses[String(response.status)];
    expect(described, `${response.status} ${answer}`).toBeDefined();
    if (response.status === 204) return;
    const validate = validator(path, method, response.status);
    validate(JSON.parse(answer));
    expect(validate.errors).toBeNull();
  },
);

test.each(operations.filter(({ operation }) => operation.security === undefined))(
  "$method $path without a token gets the documented error",
  async ({ path, method }) => {
    const response = await fetch(emulator.url + path, { method });
    expect(response.status).toBe(401);
    const validate = ajv.compile({ $ref: "openapi.yaml#/components/schemas/Error" });
    validate(JSON.parse(await response.text()));
    expect(validate.errors).toBeNull();
  },
);
