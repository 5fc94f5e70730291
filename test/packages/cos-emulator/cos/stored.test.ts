import { expect, test } from "vitest";
import { parseVersions } from "../../../../packages/cos-emulator/src/cos/store/stored-object.ts";
import {
  parseStoredPart,
  parseStoredUpload,
} from "../../../../packages/cos-emulator/src/cos/store/stored-upload.ts";

const DATA = "1b4e28ba-2fa1-4d2e-883f-0016d3cca427";
const ATTRIBUTES = { contentType: "image/jpeg", storageClass: "STANDARD", headers: { "x-cos-meta-a": "b" } };
const MARKER = { key: "a.jpg", versionId: "2", lastModified: 2, isDeleteMarker: true };
const OBJECT = {
  ...ATTRIBUTES,
  key: "a.jpg",
  versionId: "1",
  size: 5,
  md5: "5d41402abc4b2a76b9719d911017c592",
  lastModified: 1,
  data: DATA,
};
const PART = { partNumber: 1, size: 5, md5: OBJECT.md5, lastModified: 1, data: DATA };
const UPLOAD = { uploadId: "1", key: "a.jpg", initiated: 1, attributes: ATTRIBUTES };

test("reads what the store wrote, even without versions, tags and ACLs", () => {
  expect(parseVersions(JSON.stringify([MARKER, OBJECT]))).toEqual([MARKER, OBJECT]);
  const { versionId: _, ...first } = OBJECT;
  expect(parseVersions(JSON.stringify(first))).toEqual([{ ...OBJECT, versionId: "null" }]);
  const whole = {
    ...OBJECT,
    etag: `${OBJECT.md5}-2`,
    appendable: true,
    tags: [{ key: "k", value: "v" }],
    acl: { canned: "private", grants: [{ grantee: "qcs::cam::anyone:anyone", permission: "READ" }] },
  };
  expect(parseVersions(JSON.stringify([whole]))).toEqual([whole]);
  expect(parseStoredPart(JSON.stringify(PART))).toEqual(PART);
  expect(parseStoredUpload(JSON.stringify(UPLOAD))).toEqual(UPLOAD);
});

test.each(["../../../../etc/passwd", "/etc/passwd", `${PART.data}/../../x`, ` ${PART.data}`, "", 5])(
  "attack: an index names %j as the file of an object's bytes",
  (data) => {
    expect(parseVersions(JSON.stringify({ ...OBJECT, data }))).toBeUndefined();
    expect(parseVersions(JSON.stringify([MARKER, { ...OBJECT, data }]))).toBeUndefined();
    expect(parseStoredPart(JSON.stringify({ ...PART, data }))).toBeUndefined();
  },
);

test.each(["", "{", "null", "5", "[]", "[null]", "[[]]", "{}"])("does not read %j", (text) => {
  expect(parseVersions(text)).toBeUndefined();
  expect(parseStoredPart(text)).toBeUndefined();
  expect(parseStoredUpload(text)).toBeUndefined();
});

test("does not read a member of another type", () => {
  for (const name of [...Object.keys(OBJECT), "etag", "appendable", "tags", "acl"]) {
    for (const wrong of [null, [1], { a: 1 }]) {
      expect(parseVersions(JSON.stringify({ ...OBJECT, [name]: wrong }))).toBeUndefined();
    }
  }
  for (const name of Object.keys(UPLOAD)) {
    expect(parseStoredUpload(JSON.stringify({ ...UPLOAD, [name]: null }))).toBeUndefined();
  }
});
