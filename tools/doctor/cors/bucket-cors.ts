import { type BucketAccess, BucketError, call } from "../../lib/bucket-api.ts";
import type { Configuration } from "../../lib/change-configuration.ts";

const QUERY = { cors: "" };

/** A bucket's CORS configuration: https://cloud.tencent.com/document/product/436/8279, 8274 and 8283. */
export const CORS: Configuration = {
  name: "CORS configuration",
  file: { start: "bucket-cors", extension: "xml" },
  none: "<CORSConfiguration/>\n",
  get: getCors,
  put: async (access, text) => {
    const request = { method: "PUT", query: QUERY, body: text, contentType: "application/xml" } as const;
    await call(access, "change the bucket's CORS configuration", request, "name/cos:PutBucketCORS");
  },
  remove: async (access) => {
    const request = { method: "DELETE", query: QUERY } as const;
    await call(access, "delete the bucket's CORS configuration", request, "name/cos:DeleteBucketCORS");
  },
};

async function getCors(access: BucketAccess): Promise<string | undefined> {
  const request = { method: "GET", query: QUERY } as const;
  try {
    const what = "show the bucket's CORS configuration";
    const { body } = await call(access, what, request, "name/cos:GetBucketCORS");
    return body.toString("utf8");
  } catch (error) {
    if (error instanceof BucketError && error.code === "NoSuchCORSConfiguration") return undefined;
    throw error;
  }
}
