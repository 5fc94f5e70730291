import { expect, test } from "vitest";
import { keyTime, readCredential } from "../../../shared/sts/credential.ts";

const credentials = { tmpSecretId: "id", tmpSecretKey: "key", sessionToken: "token" };
const answer = { credentials, startTime: 1000, expiredTime: 1900, requestId: "r" };

test("KeyTime starts a little before STS's own time and lasts as long as requested", () => {
  expect(keyTime(readCredential(answer), 300)).toEqual({ start: 940, end: 1300 });
});

test("a signature never outlives its credential", () => {
  expect(keyTime(readCredential(answer), 7200)).toEqual({ start: 940, end: 1900 });
});

test.each([
  ["no credentials", { ...answer, credentials: undefined }],
  ["an empty token", { ...answer, credentials: { ...credentials, sessionToken: "" } }],
  ["no expiry", { ...answer, expiredTime: undefined }],
  ["an expiry that is not a number", { ...answer, expiredTime: Number.NaN }],
])("an answer with %s is not a credential", (_, bad) => {
  expect(() => readCredential(Object(bad))).toThrow(TypeError);
});

test.each([
  ["no SecretId", { ...answer, credentials: { ...credentials, tmpSecretId: undefined } }],
  ["an empty SecretId", { ...answer, credentials: { ...credentials, tmpSecretId: "" } }],
  ["no SecretKey", { ...answer, credentials: { ...credentials, tmpSecretKey: undefined } }],
  ["a SecretKey that is not a text", { ...answer, credentials: { ...credentials, tmpSecretKey: 7 } }],
  ["empty credentials", { ...answer, credentials: {} }],
  ["a start that is text", { ...answer, startTime: "1000" }],
  ["an expiry that is text", { ...answer, expiredTime: "1900" }],
  ["a fractional start", { ...answer, startTime: 1000.5 }],
])("an answer with %s is not a credential either", (_, bad) => {
  expect(() => readCredential(Object(bad))).toThrow(new TypeError("Not a credential."));
});

test("an answer without credentials is reported as such, not as a fault of this code", () => {
  expect(() => readCredential({ startTime: 1000, expiredTime: 1900 })).toThrow("Not a credential.");
});
