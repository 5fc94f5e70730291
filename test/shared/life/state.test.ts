import { expect, test } from "vitest";
import type { CosCall } from "../../../shared/cos/client.ts";
import {
  type Marker,
  markerGrants,
  markerOf,
  markerOfAbsent,
  readMarkers,
  writeMarker,
} from "../../../shared/life/state.ts";
import type { StoredFile } from "../../../shared/life/stored-file.ts";
import { markersPrefix } from "../../../shared/object/places.ts";

const KEY = "uploads/u1/20261127/1_a.jpg";

const file: StoredFile = {
  key: KEY,
  user: "u1",
  size: 5,
  type: "image/jpeg",
  etag: "e1",
  storedAt: 1_700_000_000,
  rule: "photo",
  name: "图.jpg",
  meta: { order: "17" },
};
const marker = (state: Marker["state"], more: Partial<StoredFile> = {}): Marker => ({
  state,
  file: { ...file, ...more },
  told: [],
});

/** A bucket, with as much as markers need. */
function bucket(): { cos: CosCall; objects: Map<string, string> } {
  const objects = new Map<string, string>();
  const cos: CosCall = async ({ method, key, body }) => {
    if (method === "PUT") objects.set(key, String(body));
    const found = objects.get(key);
    return { status: found === undefined ? 404 : 200, headers: {}, body: Buffer.from(found ?? "") };
  };
  return { cos, objects };
}

test("reads back everything that was written", async () => {
  const { cos } = bucket();
  const encoded = { ...file, encoding: "br" };
  const written: Marker = {
    ...marker("rejected", encoded),
    reason: "WrongContent",
    owesStored: true,
    told: ["onRejected"],
  };
  await writeMarker(written, cos);
  const markers = await readMarkers(KEY, cos);
  expect(markerOf(KEY, encoded, markers)).toEqual(written);
});

test("a decision stays, even if a check is recorded as begun afterwards", async () => {
  const { cos } = bucket();
  await writeMarker(marker("accepted"), cos);
  await writeMarker(marker("checking"), cos);
  expect(markerOf(KEY, file, await readMarkers(KEY, cos))?.state).toBe("accepted");
});

test.each<[string, Partial<StoredFile>]>([
  ["other content", { etag: "e2" }],
  ["the same content, later", { storedAt: file.storedAt + 1 }],
  // What a form's Content-Type field can make of a picture that was just accepted.
  ["the same content as a page, within the second", { type: "text/html" }],
  ["the same content, which readers are to decode, within the second", { encoding: "br" }],
])("an upload to the same key with %s starts without a record", async (_, next) => {
  const { cos } = bucket();
  await writeMarker(marker("accepted"), cos);
  expect(markerOf(KEY, { ...file, ...next }, await readMarkers(KEY, cos))).toBeUndefined();
});

test("a file that waited is recognized at its key, despite the time of its copy, but not as a page", async () => {
  const { cos } = bucket();
  await writeMarker({ ...marker("accepted"), waited: true }, cos);
  const markers = await readMarkers(KEY, cos);
  const copy = { ...file, storedAt: file.storedAt + 60 };
  expect(markerOf(KEY, copy, markers)?.state).toBe("accepted");
  expect(markerOf(KEY, { ...copy, type: "text/html" }, markers)).toBeUndefined();
  expect(markerOf(KEY, { ...copy, encoding: "br" }, markers)).toBeUndefined();
  expect(markerOf(KEY, { ...copy, size: file.size + 1 }, markers)).toBeUndefined();
});

test.each([
  ["in parts", "e-2"],
  ["that is encrypted with a key of KMS", "e1"],
])("the copy of an upload %s has another ETag, and is recognized if the file waited", async (_, etag) => {
  const { cos } = bucket();
  const itself = marker("accepted", { etag });
  const copy = { ...file, etag: "e2", storedAt: file.storedAt + 60 };
  await writeMarker(itself, cos);
  expect(markerOf(KEY, copy, await readMarkers(KEY, cos))).toBeUndefined();
  await writeMarker({ ...itself, waited: true }, cos);
  const markers = await readMarkers(KEY, cos);
  expect(markerOf(KEY, copy, markers)?.state).toBe("accepted");
  expect(markerOf(KEY, { ...copy, type: "text/html" }, markers)).toBeUndefined();
  expect(markerOf(`pending/${KEY}`, copy, markers)).toBeUndefined();
});

test("without an object, a rejected file is still known; an accepted or unchecked one is gone", async () => {
  expect(markerOfAbsent({ began: undefined, ended: undefined })).toBeUndefined();
  expect(markerOfAbsent({ began: undefined, ended: marker("accepted") })).toBeUndefined();
  expect(markerOfAbsent({ began: marker("checking"), ended: marker("rejected") })?.state).toBe("rejected");
  const later = marker("checking", { storedAt: file.storedAt + 1 });
  expect(markerOfAbsent({ began: later, ended: marker("rejected") })).toBeUndefined();
});

test.each([
  "",
  "{",
  "[]",
  '{"state":"accepted"}',
  JSON.stringify(marker("accepted", { key: "uploads/other" })),
])("ignores an object that is not a marker of the key: %s", async (text) => {
  const { cos, objects } = bucket();
  await writeMarker(marker("accepted"), cos);
  for (const key of objects.keys()) objects.set(key, text);
  expect(await readMarkers(KEY, cos)).toEqual({ began: undefined, ended: undefined });
});

test("the credential for markers is for this key only, and the one for reading cannot write", () => {
  const keys = (use: "read" | "write") => markerGrants(KEY, use).map(({ key }) => key);
  expect(keys("read")).toEqual(keys("write"));
  expect(keys("read").every((key) => key.startsWith(`${markersPrefix(KEY)}/`))).toBe(true);
  const actions = markerGrants(KEY, "read").flatMap(({ permissions }) =>
    permissions.flatMap((p) => p.actions),
  );
  expect(new Set(actions)).toEqual(new Set(["GetObject"]));
});
