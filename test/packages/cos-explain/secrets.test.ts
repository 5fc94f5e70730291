import { expect, test } from "vitest";
import { explain, parseAnswers, parseRequest } from "../../../packages/cos-explain/src/index.ts";

const TOKEN = "the-token-of-a-temporary-key-0123456789";
const SIGNATURE = "0123456789abcdef0123456789abcdef01234567";

const CODES = [
  "AccessDenied",
  "InvalidArgument",
  "InvalidPolicyDocument",
  "InvalidSecurity",
  "InvalidURI",
  "KeyTooLong",
  "MalformedPOSTRequest",
  "SignatureDoesNotMatch",
  "SomethingNew",
];

test.each(CODES)("%s: repeats no token or signature that COS's message quotes by name", (code) => {
  for (const message of [
    `bad Authorization: q-sign-algorithm=sha1&q-ak=AKIDx&q-signature=${SIGNATURE}`,
    `x-cos-security-token: ${TOKEN}`,
    `{"securityToken":"${TOKEN}"}`,
    `Condition key q-signature doesn't match the value ${SIGNATURE}`,
    `Condition key x-cos-security-token doesn't match the value ${TOKEN}`,
  ]) {
    const said = JSON.stringify(explain({ error: JSON.stringify({ Code: code, Message: message }) }));
    expect(said).not.toContain(SIGNATURE);
    expect(said).not.toContain(TOKEN);
  }
});

test.each(CODES)("%s: repeats none of the request or answer, even quoted without a name", (code) => {
  const answer = {
    cosHost: "b",
    cosKey: "k",
    authorization: `q-ak=A&q-signature=${SIGNATURE}`,
    securityToken: TOKEN,
  };
  const request = `PUT /k HTTP/1.1\r\nHost: b\r\nAuthorization: q-ak=A&q-signature=${SIGNATURE}\r\nx-cos-security-token: ${TOKEN}\r\n\r\n`;
  const error = JSON.stringify({ Code: code, Message: `not ${TOKEN}, nor ${SIGNATURE}` });
  for (const given of [
    { answers: parseAnswers(JSON.stringify(answer)) },
    { request: parseRequest(request) },
  ]) {
    const said = JSON.stringify(explain({ error, ...given }));
    expect(said).not.toContain(SIGNATURE);
    expect(said).not.toContain(TOKEN);
  }
});

test.each([
  `x-cos-security-token%3D${TOKEN}`,
  `sign=q-sign-algorithm%3Dsha1%26q-signature%3D${SIGNATURE}`,
  `{\\"sessionToken\\":\\"${TOKEN}\\"}`,
  `x-cos-security-token="${TOKEN}"`,
  `x-cos-security-token [${TOKEN}]`,
  `"x-cos-security-token" => "${TOKEN}"`,
  `x-cos-security-token, ${TOKEN}`,
  `TmpSecretKey is ${TOKEN}`,
  `the token ${TOKEN}`,
  `Signature: ${SIGNATURE.toUpperCase()}`,
  `not ${SIGNATURE}`,
])("attack: a message quotes a secret in an unusual form: %s", (Message) => {
  const said = JSON.stringify(explain({ error: { Code: "SomethingNew", Message } }));
  expect(said).toContain("***");
  expect(said.toLowerCase()).not.toContain(SIGNATURE);
  expect(said).not.toContain(TOKEN);
});

test("attack: a secret appears as the code or the request id", () => {
  const quoted = `x-cos-security-token=${TOKEN}`;
  const said = JSON.stringify(explain({ error: { Code: quoted, Message: "m", RequestId: quoted } }));
  expect(said).not.toContain(TOKEN);
});

test("repeats what only looks like a secret", () => {
  const Message = "The token-authentication of uploads/2026/0123456789abcdef0123456789abcdef.jpg failed";
  expect(explain({ error: JSON.stringify({ Code: "SomethingNew", Message }) }).sentence).toContain(Message);
});
