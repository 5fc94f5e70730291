import { literal, object, string, variant } from "valibot";

/**
 * How an object is encrypted on the server (https://cloud.tencent.com/document/product/436/18145): with COS's key, a
 * KMS key, or the customer's own key, of which only the MD5 is stored.
 */
export type Encryption =
  | { readonly method: "SSE-COS" }
  | { readonly method: "SSE-KMS"; readonly keyId: string }
  | { readonly method: "SSE-C" /** Base64. */; readonly keyMd5: string };

/** As the store writes it. */
export const StoredEncryption = variant("method", [
  object({ method: literal("SSE-COS") }),
  object({ method: literal("SSE-KMS"), keyId: string() }),
  object({ method: literal("SSE-C"), keyMd5: string() }),
]);
