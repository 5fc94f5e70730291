import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { SignJWT } from "jose";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { createUploader } from "../../../packages/uploader/src/index.ts";
import { type DetailedObject, listObjects, removeObjects } from "../../../packages/uploader/src/objects.ts";
import { startTestEmulator } from "../../upload/emulator.ts";
import { createWx } from "./wx.ts";

const JWT_SECRET = randomBytes(32).toString("hex");
const PHOTO = "wxfile://tmp/photo.jpg";

let emulator: Awaited<ReturnType<typeof startTestEmulator>>;
beforeAll(async () => {
  emulator = await startTestEmulator({ environment: { JWT_SECRET, UPLOAD_AUTH: "jwt" } });
});
afterAll(() => emulator.close());
beforeEach(() => {
  const files = new Map([[PHOTO, randomBytes(1000)]]);
  vi.stubGlobal("wx", createWx({ files, ca: readFileSync(emulator.caFile, "utf8") }).wx);
});
afterEach(() => {
  vi.unstubAllGlobals();
});

async function uploaderOf(user: string) {
  const token = await new SignJWT({ sub: user })
    .setProtectedHeader({ alg: "HS256" })
    .setExpirationTime("1h")
    .sign(new TextEncoder().encode(JWT_SECRET));
  return createUploader({ endpoint: emulator.url, backoffMs: 1, getToken: () => token });
}

test("lists a user's files page by page, and deletes them, any number of times", async () => {
  const [ann, bob] = [await uploaderOf("ann"), await uploaderOf("bob")];
  const keys = (await Promise.all([1, 2, 3].map(() => ann.upload(PHOTO)))).map(({ key }) => key).sort();
  await bob.upload(PHOTO);
  const first = await listObjects(ann, { limit: 2 });
  expect(first.objects.map(({ key, size }) => [key, size])).toEqual(
    keys.slice(0, 2).map((key) => [key, 1000]),
  );
  const second = await listObjects(ann, { limit: 2, after: first.next ?? "" });
  expect([second.objects.map(({ key }) => key), second.next]).toEqual([keys.slice(2), undefined]);
  for (const _ of [1, 2]) {
    expect(await removeObjects(ann, keys)).toEqual(
      keys.map((key) => ({ key, removed: true, code: undefined })),
    );
  }
  expect((await listObjects(ann)).objects).toEqual([]);
  const [other] = (await listObjects(bob)).objects;
  await expect(removeObjects(ann, [other?.key ?? ""])).rejects.toMatchObject({
    code: "KeyNotAllowed",
    retryable: false,
  });
  expect((await listObjects(bob)).objects).toHaveLength(1);
});

test("with details, each file has its type, and the name and texts it was uploaded with", async () => {
  const cleo = await uploaderOf("cleo");
  const meta = { album: "桂林 2026" };
  const [named, plain] = [await cleo.upload(PHOTO, { name: "漓江 🏞️.jpg", meta }), await cleo.upload(PHOTO)];
  const { objects, next } = await listObjects(cleo, { details: true, limit: 100 });
  const found = (key: string): DetailedObject | undefined => objects.find((object) => object.key === key);
  expect([objects.length, next]).toEqual([2, undefined]);
  expect(found(named.key)).toMatchObject({ size: 1000, type: "image/jpeg", name: "漓江 🏞️.jpg", meta });
  expect(found(named.key)?.unreadable).toBe(false);
  expect(found(plain.key)).toMatchObject({ type: "image/jpeg", name: undefined, meta: {} });
  const [first] = (await listObjects(cleo, { details: true, limit: 1 })).objects;
  expect(first).toEqual(objects[0]);
  expect((await listObjects(cleo, { limit: 1 })).objects[0]).not.toHaveProperty("type");
  await expect(listObjects(cleo, { details: true, limit: 101 })).rejects.toMatchObject({
    code: "InvalidParameter",
    retryable: false,
  });
});
