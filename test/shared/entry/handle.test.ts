import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { handleRoutes } from "../../../shared/entry/handle.ts";

beforeEach(() => void vi.spyOn(process.stdout, "write").mockReturnValue(true));
afterEach(() => void vi.restoreAllMocks());

const said = (word: string) => async () => ({ status: 200, body: { word } });
const handler = handleRoutes("objects", () => ({ corsOrigins: new Set<string>() }), [
  { path: "", methods: ["GET"], serve: said("list") },
  { path: "", methods: ["DELETE"], serve: said("delete") },
  { path: "/delete", methods: ["POST"], serve: said("batch") },
]);
const call = (httpMethod: string, path: string) => handler({ httpMethod, path }, {});

test.each([
  ["GET", "/objects", "list"],
  ["GET", "/", "list"],
  ["DELETE", "/objects/", "delete"],
  ["POST", "/objects/delete", "batch"],
  // At the function's own address.
  ["POST", "/delete", "batch"],
])("%s %s has its own step", async (method, path, word) => {
  expect(JSON.parse((await call(method, path)).body)).toEqual({ word });
});

test("an unknown path is refused with the known ones", async () => {
  const answer = await call("GET", "/objects/other");
  expect(answer.statusCode).toBe(404);
  expect(JSON.parse(answer.body).error).toMatchObject({
    code: "NotFound",
    message: "Nothing is served here; this function answers at /objects, /objects/delete.",
  });
});

test.each([
  ["PUT", "/objects", "GET, HEAD, DELETE, OPTIONS"],
  ["GET", "/objects/delete", "POST, OPTIONS"],
])("%s %s is refused with the methods of that path", async (method, path, allow) => {
  const answer = await call(method, path);
  expect(answer.statusCode).toBe(405);
  expect(answer.headers).toMatchObject({ allow });
});

test("a preflight gets the methods of its path", async () => {
  const { statusCode, headers } = await call("OPTIONS", "/objects/delete");
  expect(statusCode).toBe(204);
  expect(headers).toMatchObject({ "access-control-allow-methods": "POST, OPTIONS" });
});
