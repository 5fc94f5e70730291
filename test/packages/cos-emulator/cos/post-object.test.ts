import { createHash } from "node:crypto";
import { readdir } from "node:fs/promises";
import { request } from "node:http";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { EMULATED_BUCKET } from "../../../../packages/cos-emulator/src/cloud/account.ts";
import { explainRefusal } from "../../../../packages/cos-emulator/src/explain-refusal.ts";
import {
  BOUNDARY,
  END,
  FILE,
  type Field,
  type FormOptions,
  fieldPart,
  fieldsFor,
  filePart,
  policyFor,
  postBody,
  postForm,
  withField,
} from "./post-support.ts";
import { authorization, KEY_TIME, START_SECONDS, signedHeaders, startCos, type TestCos } from "./support.ts";

const KEY = "u/1/a.jpg";
const MD5_HEX = createHash("md5").update(FILE).digest("hex");
const MD5_BASE64 = createHash("md5").update(FILE).digest("base64");

/** The placeholder for the file's name in a key. */
const FILENAME = `\${filename}`;

/** The form that a Mini Program sends: a temporary key for this one object, an empty Content-Type. */
function goodForm(cos: TestCos, options: Partial<FormOptions> = {}): Field[] {
  return fieldsFor({
    key: KEY,
    credential: cos.issue("name/cos:PostObject", KEY),
    fields: [
      ["success_action_status", "200"],
      ["Content-Type", ""],
    ],
    ...options,
  });
}

async function files(cos: TestCos): Promise<string[]> {
  return readdir(join(cos.directory, "data"));
}

test("stores the file of a form with a temporary key", async () => {
  const cos = await startCos();
  const answer = await postForm(cos, goodForm(cos));
  expect(answer.status).toBe(200);
  expect(answer.body).toHaveLength(0);
  expect(answer.headers["etag"]).toBe(`"${MD5_HEX}"`);
  expect(answer.headers["location"]).toBe(`http://${cos.host}/${KEY}`);
  expect(cos.store.get(KEY)).toMatchObject({
    size: FILE.length,
    md5: MD5_HEX,
    contentType: "image/jpeg",
  });
});

test("stores the file of a form with the account's own key", async () => {
  const cos = await startCos();
  expect((await postForm(cos, fieldsFor({ key: KEY }))).status).toBe(204);
});

test("stores a file of several megabytes unchanged", async () => {
  const cos = await startCos();
  const file = Buffer.alloc(3_000_000, "0123456789\r\n--");
  await postForm(cos, goodForm(cos), file);
  expect(cos.store.get(KEY)?.md5).toBe(createHash("md5").update(file).digest("hex"));
});

test("takes the object's type from the field, never from the file's part", async () => {
  const cos = await startCos();
  await postForm(cos, fieldsFor({ key: KEY, fields: [["Content-Type", "text/plain"]] }));
  expect(cos.store.get(KEY)?.contentType).toBe("text/plain");
});

test("keeps fields that describe the object, whatever their case", async () => {
  const cos = await startCos();
  const fields: Field[] = [
    ["cache-control", "max-age=60"],
    ["Content-Disposition", "attachment"],
    ["x-cos-meta-author", "作者"],
    ["x-cos-storage-class", "STANDARD_IA"],
  ];
  await postForm(cos, fieldsFor({ key: KEY, fields }));
  expect(cos.store.get(KEY)).toMatchObject({
    storageClass: "STANDARD_IA",
    headers: {
      "cache-control": "max-age=60",
      "content-disposition": "attachment",
      "x-cos-meta-author": "作者",
    },
  });
});

describe("the answer to a stored form", () => {
  async function answerTo(fields: readonly Field[]) {
    const cos = await startCos();
    return { cos, answer: await postForm(cos, fieldsFor({ key: "图 1.png", fields })) };
  }

  test("is 204 without success_action_status", async () => {
    const { answer, cos } = await answerTo([]);
    expect(answer.status).toBe(204);
    expect(answer.headers["location"]).toBe(`http://${cos.host}/%E5%9B%BE%201.png`);
  });

  test("is 204 for an unsupported status", async () => {
    expect((await answerTo([["success_action_status", "500"]])).answer.status).toBe(204);
  });

  test("is 201 with a PostResponse", async () => {
    const { answer, cos } = await answerTo([["success_action_status", "201"]]);
    expect(answer.status).toBe(201);
    expect(answer.headers["content-type"]).toBe("application/xml");
    expect(answer.body.toString()).toBe(
      `<?xml version='1.0' encoding='utf-8' ?><PostResponse><Location>http://${cos.host}/%E5%9B%BE%201.png</Location><Bucket>${EMULATED_BUCKET.name}</Bucket><Key>图 1.png</Key><ETag>&quot;${MD5_HEX}&quot;</ETag></PostResponse>`,
    );
  });

  test("is 303 with success_action_redirect, which takes precedence over the status", async () => {
    const { answer } = await answerTo([
      ["success_action_status", "200"],
      ["success_action_redirect", "https://my.website/done.html?a=1"],
    ]);
    expect(answer.status).toBe(303);
    expect(answer.headers["location"]).toBe(
      `https://my.website/done.html?a=1&bucket=${EMULATED_BUCKET.name}&key=%E5%9B%BE+1.png&etag=%22${MD5_HEX}%22`,
    );
  });

  test("never redirects to a script", async () => {
    const { answer } = await answerTo([["success_action_redirect", "javascript:alert(1)"]]);
    expect(answer.status).toBe(204);
    expect(answer.headers["location"]).not.toContain("javascript");
  });
});

describe("the file name in the key", () => {
  test("is inserted before the policy is checked", async () => {
    const cos = await startCos();
    const options = { key: `u/${FILENAME}`, conditions: [["starts-with", "$key", "u/"]] };
    expect((await postForm(cos, fieldsFor(options))).status).toBe(204);
    expect(cos.store.get("u/photo.jpg")).toBeDefined();
  });

  test("cannot lead out of what the policy allows", async () => {
    const cos = await startCos();
    const options = { key: FILENAME, conditions: [["starts-with", "$key", "u/"]] };
    const body = Buffer.concat([
      ...fieldsFor(options).map(fieldPart),
      filePart(FILE, "../../etc/passwd"),
      END,
    ]);
    expect(await postBody(cos, body)).toMatchObject({ status: 403, code: "AccessDenied" });
  });

  test("is inserted literally, even if it looks like a replacement pattern", async () => {
    const cos = await startCos();
    const options = { key: `u/${FILENAME}`, conditions: [["starts-with", "$key", "u/"]] };
    const body = Buffer.concat([...fieldsFor(options).map(fieldPart), filePart(FILE, "$&.jpg"), END]);
    expect((await postBody(cos, body)).status).toBe(204);
    expect(cos.store.get("u/$&.jpg")).toBeDefined();
  });
});

describe("with a changed field:", () => {
  test.each([
    ["key", "u/2/a.jpg", "AccessDenied", `Condition key key doesn&apos;t match the value ${KEY}`],
    [
      "q-sign-algorithm",
      "sha256",
      "AccessDenied",
      "Condition key q-sign-algorithm doesn&apos;t match the value sha1",
    ],
    [
      "q-key-time",
      `${START_SECONDS};${START_SECONDS + 1}`,
      "AccessDenied",
      `Condition key q-sign-time doesn&apos;t match the value ${KEY_TIME}`,
    ],
    ["q-signature", "0".repeat(40), "SignatureDoesNotMatch", "The Signature you specified is invalid."],
    [
      "x-cos-security-token",
      "another",
      "InvalidAccessKeyId",
      "The Access Key Id you provided does not exist in our records.",
    ],
  ])("%s is refused with 403", async (name, value, code, message) => {
    const cos = await startCos();
    const answer = await postForm(cos, withField(goodForm(cos), name, value));
    expect(answer).toMatchObject({ status: 403, code, message });
    expect(cos.store.all()).toEqual([]);
    expect(await files(cos)).toEqual([]);
  });

  test("q-ak is refused with 403 by its condition, as documented", async () => {
    const cos = await startCos();
    const credential = cos.issue("name/cos:PostObject", KEY);
    const answer = await postForm(cos, withField(goodForm(cos, { credential }), "q-ak", "AKIDother"));
    expect(answer).toMatchObject({
      status: 403,
      code: "AccessDenied",
      message: `Condition key q-ak doesn&apos;t match the value ${credential.tmpSecretId}`,
    });
  });

  test("policy is refused with 403 SignatureDoesNotMatch and the string to sign", async () => {
    const cos = await startCos();
    const options = { key: KEY, credential: cos.issue("name/cos:PostObject", "*") };
    const wider = JSON.stringify(policyFor({ ...options, conditions: [["starts-with", "$key", ""]] }));
    const tampered = withField(fieldsFor(options), "policy", Buffer.from(wider).toString("base64"));
    const answer = await postForm(cos, tampered);
    expect(answer).toMatchObject({ status: 403, code: "SignatureDoesNotMatch" });
    const sha1 = createHash("sha1").update(wider).digest("hex");
    expect(answer.body.toString()).toContain(`<StringToSign>${sha1}</StringToSign>`);
  });

  test("policy with a later expiration is refused with 403 SignatureDoesNotMatch", async () => {
    const cos = await startCos();
    const options = { key: KEY };
    const later = JSON.stringify(policyFor({ ...options, expiresIn: 86_400 }));
    const tampered = withField(fieldsFor(options), "policy", Buffer.from(later).toString("base64"));
    expect(await postForm(cos, tampered)).toMatchObject({ status: 403, code: "SignatureDoesNotMatch" });
  });
});

describe("with a missing field:", () => {
  test.each([
    ["key", 400, "InvalidArgument"],
    ["policy", 403, "AccessDenied"],
    ["q-sign-algorithm", 403, "AccessDenied"],
    ["q-ak", 403, "AccessDenied"],
    ["q-key-time", 403, "AccessDenied"],
    ["q-signature", 403, "SignatureDoesNotMatch"],
    ["x-cos-security-token", 403, "InvalidAccessKeyId"],
  ])("%s is refused with %i %s", async (name, status, code) => {
    const cos = await startCos();
    expect(await postForm(cos, withField(goodForm(cos), name, undefined))).toMatchObject({ status, code });
    expect(await files(cos)).toEqual([]);
  });
});

test("an expired policy is refused with 403 AccessDenied and both times", async () => {
  const cos = await startCos();
  const fields = goodForm(cos, { expiresIn: 100 });
  cos.advance(100);
  expect(await postForm(cos, fields)).toMatchObject({
    status: 403,
    code: "AccessDenied",
    message: `You post object request has been expired, expiration time: ${START_SECONDS + 100} but the time now : ${START_SECONDS + 100}`,
  });
});

test("an expired key time is refused with 403 AccessDenied even if the policy is still valid", async () => {
  const cos = await startCos();
  const fields = goodForm(cos, { expiresIn: 5000 });
  cos.advance(840);
  expect(await postForm(cos, fields)).toMatchObject({
    status: 403,
    code: "AccessDenied",
    message: "Request has expired",
  });
});

test("a key time in the future is refused with 403 RequestTimeTooSkewed", async () => {
  const cos = await startCos();
  const fields = goodForm(cos);
  cos.advance(-66);
  expect(await postForm(cos, fields)).toMatchObject({ status: 403, code: "RequestTimeTooSkewed" });
  cos.advance(-65);
  expect((await postForm(cos, fields)).status).toBe(200);
});

test("an expired temporary key is refused with 403 ExpiredToken", async () => {
  const cos = await startCos();
  const fields = goodForm(cos, { credential: cos.issue("name/cos:PostObject", KEY, undefined, 60) });
  cos.advance(60);
  expect(await postForm(cos, fields)).toMatchObject({ status: 403, code: "ExpiredToken" });
});

test("attack: a token that a form's policy fixes is in neither the log nor the emulator's headers", async () => {
  const cos = await startCos({ explain: explainRefusal });
  const conditions = [{ "x-cos-security-token": "the-token-of-somebody" }];
  const answer = await postForm(
    cos,
    fieldsFor({ key: KEY, conditions, fields: [["x-cos-security-token", "a-token-that-was-sent"]] }),
  );
  expect(answer).toMatchObject({ status: 403, code: "AccessDenied" });
  await expect.poll(() => cos.log).toHaveLength(2);
  const told = `${cos.log.join("\n")}\n${JSON.stringify(answer.headers)}`;
  expect(told).toContain("x-cos-security-token");
  for (const token of ["the-token-of-somebody", "a-token-that-was-sent"]) expect(told).not.toContain(token);
});

describe("the session policy", () => {
  test("for name/cos:PutObject does not allow a form", async () => {
    const cos = await startCos();
    const answer = await postForm(cos, goodForm(cos, { credential: cos.issue("name/cos:PutObject", KEY) }));
    expect(answer).toMatchObject({ status: 403, code: "AccessDenied", message: "Access Denied." });
    expect(answer.headers["x-emulator-reason"]).toBe(
      "action name/cos:PostObject is not among name/cos:PutObject",
    );
  });

  test("for another key does not allow this one, even if the form's policy does", async () => {
    const cos = await startCos();
    const credential = cos.issue("name/cos:PostObject", "u/2/a.jpg");
    expect(await postForm(cos, goodForm(cos, { credential }))).toMatchObject({
      status: 403,
      code: "AccessDenied",
    });
  });

  test("measures the whole body by cos:content-length", async () => {
    const cos = await startCos();
    const condition = { numeric_less_than_equal: { "cos:content-length": FILE.length } };
    const credential = cos.issue("name/cos:PostObject", KEY, condition);
    expect(await postForm(cos, goodForm(cos, { credential }))).toMatchObject({
      status: 403,
      code: "AccessDenied",
    });
  });
});

describe("content-length-range", () => {
  function ranged(cos: TestCos, min: number, max: number): Field[] {
    return goodForm(cos, { conditions: [{ key: KEY }, ["content-length-range", min, max]] });
  }

  test("includes both limits", async () => {
    const cos = await startCos();
    expect((await postForm(cos, ranged(cos, 3, 5), "abc")).status).toBe(200);
    expect((await postForm(cos, ranged(cos, 3, 5), "abcde")).status).toBe(200);
  });

  test("refuses one byte too many with 400 EntityTooLarge and stores nothing", async () => {
    const cos = await startCos();
    expect(await postForm(cos, ranged(cos, 3, 5), "abcdef")).toMatchObject({
      status: 400,
      code: "EntityTooLarge",
      message: "Condition key content-length-range doesn&apos;t match the value",
    });
    expect(cos.store.all()).toEqual([]);
    expect(await files(cos)).toEqual([]);
  });

  test("refuses several megabytes too many, and the answer arrives", async () => {
    const cos = await startCos();
    const answer = await postForm(cos, ranged(cos, 3, 5), Buffer.alloc(5_000_000));
    expect(answer).toMatchObject({ status: 400, code: "EntityTooLarge" });
    expect(await files(cos)).toEqual([]);
  });

  test("refuses one byte too few with 400 EntityTooSmall and stores nothing", async () => {
    const cos = await startCos();
    expect(await postForm(cos, ranged(cos, 3, 5), "ab")).toMatchObject({
      status: 400,
      code: "EntityTooSmall",
    });
    expect(await files(cos)).toEqual([]);
  });

  test("above the bucket's largest object does not raise that limit", async () => {
    const cos = await startCos({ maxObjectBytes: 4 });
    const refused = await postForm(cos, ranged(cos, 0, 10), "abcde");
    expect(refused).toMatchObject({ status: 400, code: "EntityTooLarge" });
    // What it exceeds is not the policy's range.
    expect(refused.message).not.toContain("content-length-range");
  });
});

describe("conditions", () => {
  const cases: [string, unknown, Field[], number][] = [
    ["eq that matches", ["eq", "$x-cos-meta-a", "1"], [["x-cos-meta-a", "1"]], 204],
    ["eq that does not match", ["eq", "$x-cos-meta-a", "1"], [["x-cos-meta-a", "2"]], 403],
    ["the short form that matches", { acl: "default" }, [["acl", "default"]], 204],
    ["the short form that does not match", { acl: "default" }, [["acl", "private"]], 403],
    [
      "starts-with that matches",
      ["starts-with", "$Content-Type", "image/"],
      [["Content-Type", "image/png"]],
      204,
    ],
    [
      "starts-with that does not match",
      ["starts-with", "$Content-Type", "image/"],
      [["Content-Type", "text/html"]],
      403,
    ],
    [
      "starts-with an empty text, with an empty field",
      ["starts-with", "$Content-Type", ""],
      [["Content-Type", ""]],
      204,
    ],
    ["starts-with an empty text, with a missing field", ["starts-with", "$Content-Type", ""], [], 403],
    ["a named field that is missing", { success_action_status: "200" }, [], 403],
    [
      "another case of the field's name",
      ["eq", "$content-type", "image/png"],
      [["Content-Type", "image/png"]],
      204,
    ],
    [
      "another case of the field's value",
      ["eq", "$Content-Type", "image/png"],
      [["Content-Type", "image/PNG"]],
      403,
    ],
    ["the bucket, which is not a field", { bucket: EMULATED_BUCKET.name }, [], 204],
    ["another bucket", { bucket: "other-1250000000" }, [], 403],
    ["the bucket in a field", { bucket: "other-1250000000" }, [["bucket", "other-1250000000"]], 403],
    ["Content-MD5", ["eq", "$Content-MD5", MD5_BASE64], [["Content-MD5", MD5_BASE64]], 204],
  ];
  test.each(cases)("%s", async (_, condition, fields, status) => {
    const cos = await startCos();
    const answer = await postForm(cos, fieldsFor({ key: KEY, conditions: [condition], fields }));
    expect(answer.status).toBe(status);
    if (status !== 204) expect(answer.code).toBe("AccessDenied");
  });

  test("image/*, from Tencent's own examples, matches any image, with a warning; a strict bucket refuses it", async () => {
    const form = (type: string) =>
      fieldsFor({
        key: KEY,
        conditions: [["starts-with", "$Content-Type", "image/*"]],
        fields: [["Content-Type", type]],
      });
    const cos = await startCos();
    expect((await postForm(cos, form("image/png"))).status).toBe(204);
    expect(cos.log[0]).toMatch(/^cos warning: .*"image\/\*".*436\/14690/);
    expect((await postForm(cos, form("image*/png"))).status).toBe(403);
    expect((await postForm(cos, form("text/html"))).status).toBe(403);
    const strict = await startCos({ strictPolicy: true });
    expect((await postForm(strict, form("image/png"))).status).toBe(403);
    expect((await postForm(strict, form("image/*"))).status).toBe(204);
  });

  test("* in any other prefix is a literal", async () => {
    const cos = await startCos();
    const options = { key: "u/1", conditions: [["starts-with", "$key", "u/*"]] };
    expect((await postForm(cos, fieldsFor(options))).status).toBe(403);
  });

  test("a field without a condition may have any value", async () => {
    const cos = await startCos();
    expect((await postForm(cos, [["x-cos-meta-free", "1"], ...fieldsFor({ key: KEY })])).status).toBe(204);
  });
});

describe("refuses a policy with 400 InvalidPolicyDocument that", () => {
  const required = [{ "q-sign-algorithm": "sha1" }, { "q-ak": "a" }, { "q-sign-time": "1;2" }];
  const expiration = "2099-01-01T00:00:00Z";
  const with3 = (condition: unknown) => JSON.stringify({ expiration, conditions: [...required, condition] });
  test.each([
    ["is not JSON", "{"],
    ["is not an object", "[]"],
    ["has no expiration", JSON.stringify({ conditions: required })],
    [
      "has a local time as expiration",
      JSON.stringify({ expiration: "2099-01-01 00:00:00", conditions: required }),
    ],
    ["has a number as expiration", JSON.stringify({ expiration: 4070908800, conditions: required })],
    [
      "has a day that does not exist",
      JSON.stringify({ expiration: "2099-13-01T00:00:00Z", conditions: required }),
    ],
    ["has no conditions", JSON.stringify({ expiration })],
    ["has an empty list of conditions", JSON.stringify({ expiration, conditions: [] })],
    ["lacks q-sign-algorithm", JSON.stringify({ expiration, conditions: required.slice(1) })],
    ["lacks q-ak", JSON.stringify({ expiration, conditions: [required[0], required[2]] })],
    ["lacks q-sign-time", JSON.stringify({ expiration, conditions: required.slice(0, 2) })],
    ["has an unknown element", JSON.stringify({ expiration, conditions: required, id: 1 })],
    ["has an unknown match", with3(["ends-with", "$key", "jpg"])],
    ["has a field without its $", with3(["eq", "key", "a"])],
    ["has a number as value", with3({ success_action_status: 200 })],
    ["uses starts-with where only eq is allowed", with3(["starts-with", "$x-cos-storage-class", "S"])],
    ["uses starts-with for q-ak", with3(["starts-with", "$q-ak", ""])],
    ["has a condition on a field that cannot have one", with3({ policy: "a" })],
    ["names an inherited property", with3({ constructor: "a" })],
    ["has a range out of order", with3(["content-length-range", 5, 3])],
    ["has texts as a range", with3(["content-length-range", "0", "5"])],
    ["has a negative range", with3(["content-length-range", -1, 5])],
    [
      "has two ranges",
      JSON.stringify({
        expiration,
        conditions: [...required, ["content-length-range", 0, 5], ["content-length-range", 0, 9]],
      }),
    ],
  ])("%s", async (_, text) => {
    const cos = await startCos();
    expect(await postForm(cos, fieldsFor({ key: KEY }, text))).toMatchObject({
      status: 400,
      code: "InvalidPolicyDocument",
      message: "You must provide condition if you specify a policy in post object request.",
    });
    expect(cos.store.all()).toEqual([]);
  });

  test("is not base64", async () => {
    const cos = await startCos();
    const fields = withField(fieldsFor({ key: KEY }), "policy", "{}");
    expect(await postForm(cos, fields)).toMatchObject({ status: 400, code: "InvalidPolicyDocument" });
  });
});

describe("Content-MD5", () => {
  test("that matches is accepted", async () => {
    const cos = await startCos();
    expect((await postForm(cos, fieldsFor({ key: KEY, fields: [["Content-MD5", MD5_BASE64]] }))).status).toBe(
      204,
    );
  });

  test("of another file is refused with 400 BadDigest, and nothing is stored", async () => {
    const cos = await startCos();
    const fields = fieldsFor({ key: KEY, fields: [["Content-MD5", MD5_BASE64]] });
    expect(await postForm(cos, fields, "other")).toMatchObject({ status: 400, code: "BadDigest" });
    expect(await files(cos)).toEqual([]);
  });
});

test("the header x-cos-forbid-overwrite refuses an existing key with 409 FileAlreadyExists", async () => {
  const cos = await startCos();
  const headers = { "x-cos-forbid-overwrite": "true" };
  expect((await postForm(cos, fieldsFor({ key: KEY }), "first", headers)).status).toBe(204);
  expect(await postForm(cos, fieldsFor({ key: KEY }), "second", headers)).toMatchObject({
    status: 409,
    code: "FileAlreadyExists",
  });
  expect(cos.store.get(KEY)?.size).toBe("first".length);
});

describe("a form's body", () => {
  const good = fieldsFor({ key: KEY }).map(fieldPart);

  async function refused(body: Buffer, status: number, code: string, headers: Record<string, string> = {}) {
    const cos = await startCos();
    const answer = await postBody(cos, body, headers);
    expect(answer).toMatchObject({ status, code });
    expect(cos.store.all()).toEqual([]);
    expect(await files(cos)).toEqual([]);
    return answer;
  }

  test("with a field after the file is refused with 400 MalformedPOSTRequest", async () => {
    const body = Buffer.concat([...good, filePart(FILE), fieldPart(["success_action_status", "200"]), END]);
    const answer = await refused(body, 400, "MalformedPOSTRequest");
    expect(answer.headers["x-emulator-reason"]).toBe(
      "the field success_action_status comes after the file, which must be the last",
    );
  });

  test("with the signature after the file is refused with 403 AccessDenied, like one without", async () => {
    const [key, ...rest] = good;
    if (key === undefined) throw new Error("no fields");
    await refused(Buffer.concat([key, filePart(FILE), ...rest, END]), 403, "AccessDenied");
  });

  test("without a file is refused with 400 IncorrectNumberOfFilesInPostRequest", async () => {
    await refused(Buffer.concat([...good, END]), 400, "IncorrectNumberOfFilesInPostRequest");
  });

  test("with two files is refused with 400 IncorrectNumberOfFilesInPostRequest", async () => {
    const body = Buffer.concat([...good, filePart(FILE), filePart(FILE), END]);
    await refused(body, 400, "IncorrectNumberOfFilesInPostRequest");
  });

  test("with the file under another name is refused with 400 MalformedPOSTRequest", async () => {
    const body = Buffer.concat([...good, filePart(FILE, "a.jpg", "upload"), END]);
    await refused(body, 400, "MalformedPOSTRequest");
  });

  test("with a part that has no name is refused with 400 MalformedPOSTRequest", async () => {
    const nameless = Buffer.from(`--${BOUNDARY}\r\ncontent-disposition: form-data\r\n\r\nx\r\n`);
    await refused(Buffer.concat([nameless, ...good, filePart(FILE), END]), 400, "MalformedPOSTRequest");
  });

  test("with a repeated field is refused with 400 MalformedPOSTRequest", async () => {
    const body = Buffer.concat([...good, fieldPart(["key", "u/2/b.jpg"]), filePart(FILE), END]);
    await refused(body, 400, "MalformedPOSTRequest");
  });

  test("with a field repeated in another case is refused with 400 MalformedPOSTRequest", async () => {
    const body = Buffer.concat([...good, fieldPart(["KEY", "u/2/b.jpg"]), filePart(FILE), END]);
    await refused(body, 400, "MalformedPOSTRequest");
  });

  test("without its end is refused with 400 MalformedPOSTRequest", async () => {
    await refused(Buffer.concat([...good, filePart(FILE)]), 400, "MalformedPOSTRequest");
  });

  test("that is not multipart is refused with 400 MalformedPOSTRequest", async () => {
    await refused(Buffer.from("key=a"), 400, "MalformedPOSTRequest");
  });

  test("with another content type is refused with 400 MalformedPOSTRequest", async () => {
    await refused(Buffer.from("{}"), 400, "MalformedPOSTRequest", { "content-type": "application/json" });
  });

  test("without a boundary is refused with 400 MalformedPOSTRequest", async () => {
    await refused(Buffer.from("{}"), 400, "MalformedPOSTRequest", {
      "content-type": "multipart/form-data; x=y",
    });
  });

  test("with fields that are too long is refused with 400 MaxPostPreDataLengthExceededError", async () => {
    const body = Buffer.concat([
      fieldPart(["x-cos-meta-a", "x".repeat(70_000)]),
      ...good,
      filePart(FILE),
      END,
    ]);
    await refused(body, 400, "MaxPostPreDataLengthExceededError");
  });

  test("with too many fields is refused with 400 MaxPostPreDataLengthExceededError", async () => {
    const many = Array.from({ length: 120 }, (_, i) => fieldPart([`f${i}`, "x"]));
    await refused(
      Buffer.concat([...good, ...many, filePart(FILE), END]),
      400,
      "MaxPostPreDataLengthExceededError",
    );
  });

  test.each([["x-cos-meta-a b"], ["x-cos-meta-a_b"], ["x-cos-meta-"], ["x-cos-meta-ä"]])(
    "with the metadata name %s is refused with 400 InvalidArgument",
    async (name) => {
      const body = Buffer.concat([fieldPart([name, "1"]), ...good, filePart(FILE), END]);
      await refused(body, 400, "InvalidArgument");
    },
  );

  test("with an illegal key is refused with 400 InvalidURI", async () => {
    const key = "\\leading";
    const body = Buffer.concat([...fieldsFor({ key }).map(fieldPart), filePart(FILE), END]);
    await refused(body, 400, "InvalidURI");
  });

  test("cut in the middle stores nothing", async () => {
    const cos = await startCos();
    const outgoing = request({
      port: cos.port,
      host: "127.0.0.1",
      method: "POST",
      path: "/",
      headers: {
        host: cos.host,
        "content-type": `multipart/form-data; boundary=${BOUNDARY}`,
        "content-length": "1000000",
      },
    });
    outgoing.on("error", () => undefined);
    outgoing.write(Buffer.concat([...good, filePart(Buffer.alloc(100_000))]));
    await expect.poll(() => files(cos)).toHaveLength(1);
    outgoing.destroy();
    await expect.poll(() => cos.log).toHaveLength(1);
    expect(cos.log[0]).toMatch(/^cos POST \/ cut off 0 bytes/);
    expect(cos.store.all()).toEqual([]);
    await expect.poll(() => files(cos)).toEqual([]);
  });
});

describe("a form with an Authorization in its field Signature, as cos-wx-sdk-v5 sends it,", () => {
  function fieldsWith(cos: TestCos, method: "POST" | "PUT"): Field[] {
    const credential = cos.issue("name/cos:PostObject", KEY);
    const signed = authorization({ method, key: "", headers: { host: cos.host }, credential });
    return [
      ["key", KEY],
      ["success_action_status", "200"],
      ["Signature", signed],
      ["x-cos-security-token", credential.token],
      ["Content-Type", ""],
    ];
  }

  test("is stored", async () => {
    const cos = await startCos();
    expect((await postForm(cos, fieldsWith(cos, "POST"))).status).toBe(200);
  });

  test("is refused with 403 SignatureDoesNotMatch if it was made for another method", async () => {
    const cos = await startCos();
    expect(await postForm(cos, fieldsWith(cos, "PUT"))).toMatchObject({
      status: 403,
      code: "SignatureDoesNotMatch",
    });
  });
});

test("control characters are removed from metadata that is returned", async () => {
  const cos = await startCos();
  const fields = fieldsFor({ key: KEY, fields: [["x-cos-meta-a", "1\r\n\u0001x-injected: 2"]] });
  expect((await postForm(cos, fields)).status).toBe(204);
  const headers = signedHeaders({ method: "HEAD", key: KEY, headers: { host: cos.host } });
  const answer = await cos.send({ method: "HEAD", path: `/${KEY}`, headers });
  expect(answer.headers["x-cos-meta-a"]).toBe("1   x-injected: 2");
  expect(answer.headers).not.toHaveProperty("x-injected");
});

test("a form without any signature is refused with 403 AccessDenied", async () => {
  const cos = await startCos();
  const answer = await postForm(cos, [["key", KEY]]);
  expect(answer).toMatchObject({ status: 403, code: "AccessDenied", message: "Access Denied." });
  expect(await files(cos)).toEqual([]);
});
