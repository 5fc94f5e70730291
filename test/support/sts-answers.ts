import { createHmac } from "node:crypto";
import type { HttpsAnswer } from "../../shared/net/https.ts";

/** When the tests' STS answers; Unix seconds. */
export const NOW = 1_772_323_200;

/** The fields of the form that was sent. */
export function formOf({ body = "" }: { readonly body?: string | Uint8Array }): URLSearchParams {
  return new URLSearchParams(String(body));
}

/** A credential, as STS answers to a call with this form. */
export function granted(form: URLSearchParams): HttpsAnswer {
  return answered({
    Credentials: { Token: "the-token", TmpSecretId: "AKIDtmp", TmpSecretKey: "the-temporary-key" },
    ExpiredTime: NOW + Number(form.get("DurationSeconds")),
    RequestId: "req-1",
  });
}

/** A refusal by STS, with status 200. */
export function refused(code: string): HttpsAnswer {
  return answered({ Error: { Code: code, Message: "no" }, RequestId: "req-2" });
}

function answered(response: object): HttpsAnswer {
  return { status: 200, text: JSON.stringify({ Response: response }) };
}

/**
 * The signature that the API requires for a form: HMAC-SHA1 over every other parameter, sorted by name and not encoded
 * (https://cloud.tencent.com/document/api/598/33160).
 */
export function expectedSignature(form: URLSearchParams, host: string, secretKey: string): string {
  const text = [...form]
    .filter(([name]) => name !== "Signature")
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join("&");
  return createHmac("sha1", secretKey).update(`POST${host}/?${text}`).digest("base64");
}
