import { describe, expect, test } from "vitest";
import { parseAnswers } from "../../../packages/cos-explain/src/answer/answer.ts";
import { explain } from "../../../packages/cos-explain/src/explain.ts";
import { parseRequest } from "../../../packages/cos-explain/src/request/parse-request.ts";

/*
 * People take secrets out of what they show, as in https://github.com/iterate-ch/cyberduck/issues/16430
 * (`Authorization: ********`), and paste code with variables. What is not shown is not concluded to be missing or wrong.
 */

const HOST = "photos-1250000000.cos.ap-guangzhou.myqcloud.com";
const LISTS = "q-sign-time=1;2&q-key-time=1;2&q-header-list=host&q-url-param-list=";
const SIGNATURE = "8b2751e77f43a0995d6e9eb9477f4b685cca4172";
const AUTHORIZATION = `q-sign-algorithm=sha1&q-ak=AKIDexample&${LISTS}&q-signature=${SIGNATURE}`;
const DENIED = `<Error><Code>AccessDenied</Code><Message>Access Denied.</Message><Resource>${HOST}/a.jpg</Resource></Error>`;
const MISMATCH = `<Error><Code>SignatureDoesNotMatch</Code><FormatString>put\n/a.jpg\n\nhost=${HOST}\n</FormatString></Error>`;
const ANSWERS = parseAnswers(
  JSON.stringify({
    cosHost: HOST,
    cosKey: "a.jpg",
    method: "PUT",
    url: `https://${HOST}/a.jpg`,
    authorization: AUTHORIZATION,
    securityToken: "a token of this answer",
    headers: { Authorization: AUTHORIZATION },
    maxBytes: 100,
  }),
);
const put = (...headers: readonly string[]) =>
  parseRequest(`PUT /a.jpg HTTP/1.1\nHost: ${HOST}\nContent-Length: 5\n${headers.join("\n")}\n`);

const REMOVED = ["***", "********", "[REDACTED]", "<hidden>", "…", "xxxxxxxx", "q-sign-algorithm=sha1&..."];

describe("a signature that was removed", () => {
  test.each([
    ...REMOVED,
    `q-sign-algorithm=sha1&q-ak=AKID****&${LISTS}&q-signature=****`,
    `q-sign-algorithm=sha1&q-ak=AKIDexample&${LISTS}&q-signature=xxxxxxxxxxxxxxxx`,
  ])("%s: is not said to be missing, or another", (shown) => {
    const request = put(`Authorization: ${shown}`);
    const denied = explain({ error: DENIED, request });
    expect(denied).toMatchObject({ cause: "not-allowed", certainty: "likely" });
    expect(explain({ error: DENIED, request, answers: ANSWERS }).sentence).toContain(
      "Not known: its signature",
    );
    expect(explain({ error: MISMATCH, request, answers: ANSWERS }).cause).not.toBe("signature-altered");
    const { certainty, sentence } = explain({ error: MISMATCH, request });
    expect(certainty).toBe("likely");
    expect(sentence).toContain("is not known");
  });

  test("in a form or a query is none that is missing either", () => {
    const form = JSON.stringify({
      method: "POST",
      url: `https://${HOST}/`,
      fields: { key: "a.jpg", policy: "e30=", "q-ak": "AKID***", "q-signature": "***" },
    });
    const query = `PUT /a.jpg?q-ak=***&q-signature=*** HTTP/1.1\nHost: ${HOST}\n`;
    for (const text of [form, query])
      expect(explain({ error: DENIED, request: parseRequest(text) }).cause).toBe("not-allowed");
  });

  test("does not hide what is shown: chunks have no length", () => {
    const request = parseRequest(
      `PUT /a.jpg HTTP/1.1\nHost: ${HOST}\nAuthorization: ***\nTransfer-Encoding: chunked\n`,
    );
    expect(explain({ error: DENIED, request }).cause).toBe("no-length");
  });
});

test.each(REMOVED)("a token that was removed, %s, is not said to be another's", (shown) => {
  const request = put(`Authorization: ${AUTHORIZATION}`, `x-cos-security-token: ${shown}`);
  const { cause, certainty } = explain({ error: "InvalidAccessKeyId", request, answers: ANSWERS });
  expect(cause).not.toBe("wrong-token");
  if (!shown.startsWith("q-")) expect(certainty).toBe("likely");
});

describe("a form with variables", () => {
  test.each([
    "{ key, Signature: auth, 'x-cos-security-token': token }",
    "{ key: 'a.jpg', Signature: auth }",
    "{ ...fields, key: 'a.jpg' }",
    "data.fields",
  ])("%s: may be signed", (formData) => {
    const request = parseRequest(
      `wx.uploadFile({ url: 'https://${HOST}', filePath, name: 'file', formData: ${formData} })`,
    );
    expect(explain({ error: DENIED, request }).cause).toBe("not-allowed");
  });

  test("that is written out and has no signature is not signed", () => {
    const request = parseRequest(
      `wx.uploadFile({ url: 'https://${HOST}', filePath, name: 'file', formData: { key: 'a.jpg' } })`,
    );
    expect(explain({ error: DENIED, request })).toMatchObject({ cause: "no-signature" });
  });

  test("is not said to lack the field that its policy names", () => {
    const error =
      "<Error><Code>AccessDenied</Code><Message>Condition key content-type doesn't match the value image/jpeg</Message></Error>";
    const request = parseRequest(
      `wx.uploadFile({ url: 'https://${HOST}', filePath, name: 'file', formData: { key: 'a.jpg', 'Content-Type': type } })`,
    );
    expect(explain({ error, request }).sentence).toContain("something else, or nothing");
  });
});

describe("with the answer and without the request", () => {
  const denied = (resource: string) =>
    explain({ error: DENIED.replace("/a.jpg", resource), answers: ANSWERS });

  test("COS's Resource says that the object is another", () => {
    const { cause, certainty, sentence } = denied("/b.jpg");
    expect({ cause, certainty }).toEqual({ cause: "resource-not-allowed", certainty: "likely" });
    expect(sentence).toBe('The answer is for the key "a.jpg", but COS\'s answer is about "b.jpg".');
  });

  test.each(["/a.jpg", "/", "", "/\n"])("%j says nothing against it", (resource) => {
    expect(denied(resource).cause).toBe("not-allowed");
  });

  test("a plus in Resource may be a space", () => {
    const answers = parseAnswers(JSON.stringify({ cosKey: "a b.jpg", authorization: AUTHORIZATION }));
    expect(explain({ error: DENIED.replace("/a.jpg", "/a+b.jpg"), answers }).cause).toBe("not-allowed");
  });
});
