import fc from "fast-check";
import { expect, test } from "vitest";
import { explainRefusal } from "../../../packages/cos-emulator/src/explain-refusal.ts";
import { anyText } from "../../support/any-text.ts";
import { MiniProgram, type PutAnswer } from "../../upload/client.ts";
import { ask, startTestEmulator } from "../../upload/emulator.ts";
import { anyCause } from "../cos-explain/causes.ts";

test("the log explains a refusal, without secrets", async () => {
  const emulator = await startTestEmulator();
  try {
    const phone = new MiniProgram(emulator.caFile);
    const { json } = await ask<PutAnswer>(`${emulator.url}/put-sign?ext=jpg`);
    await phone.request("PUT", json.url.replace(".jpg", "%252Ejpg"), json.headers, "x");
    await phone.request("PUT", json.url, { Authorization: json.authorization }, "x");
    await phone.request("PUT", json.url, {}, "x");
    await phone.request("PUT", json.url, { ...json.headers, origin: "https://evil.example" }, "x");
    await phone.request("PUT", json.url, json.headers, "x");
    const explained = emulator.lines.filter((line) => line.startsWith("cos   = "));
    expect(explained).toEqual([
      expect.stringMatching(/the key was encoded twice\. \(key-encoding\)$/),
      "cos   = The request is signed with a temporary key and does not have its x-cos-security-token. (missing-token)",
      "cos   = The request has no signature, and the bucket is private. (no-signature)",
      expect.stringMatching(
        /the page's origin, .*: a page of the origin "https:\/\/evil\.example" sent it.* \(cors\)$/,
      ),
    ]);
    const signature = /q-signature=(\w+)/.exec(json.authorization)?.[1] ?? "none";
    for (const secret of [json.securityToken, signature]) {
      expect(emulator.lines.join("\n")).not.toContain(secret);
    }
  } finally {
    await emulator.close();
  }
});

test("every refusal of any request is explained, except for a missing object", () => {
  const code = fc.constantFrom(
    "SignatureDoesNotMatch",
    "AccessDenied",
    "RequestTimeTooSkewed",
    "InvalidAccessKeyId",
    "EntityTooLarge",
    "NoSuchBucket",
    "BadDigest",
    "NoSuchKey",
    "AccessForbidden",
    "InternalError",
    "",
  );
  const text = fc.oneof(
    anyText(),
    fc.constantFrom(
      "put\n/a%2Fb\n\nhost=a&b\n",
      "{",
      "sha1\n1;2\nx\n",
      "Condition key  doesn't match",
      "%",
      "q-ak=a",
    ),
  );
  const header = fc.constantFrom(
    "Authorization",
    "host",
    "x-cos-security-token",
    "content-type",
    "Content-Length",
  );
  fc.assert(
    fc.property(
      code,
      text,
      text,
      text,
      anyText(),
      fc.array(fc.tuple(header, text)),
      fc.option(anyCause, { nil: undefined }),
      (name, message, formatString, reason, target, headers, cause) => {
        const sentence = explainRefusal({
          elements: {
            Code: name,
            Message: message,
            StringToSign: message,
            FormatString: formatString,
            ServerTime: message,
            Resource: target,
          },
          cause,
          reason,
          method: "PUT",
          target: `/${target}`,
          headers: headers.flat(),
        });
        if (sentence !== undefined) expect(sentence).toMatch(/ \([a-z0-9-]+\)$/);
        else expect(name).toBe("NoSuchKey");
      },
    ),
  );
});
