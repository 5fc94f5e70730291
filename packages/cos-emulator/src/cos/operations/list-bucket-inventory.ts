import { invalidArgument } from "../http/errors.ts";
import { xmlReply } from "../xml/xml-reply.ts";
import type { SignedOperation } from "./operation.ts";

/** https://cloud.tencent.com/document/product/436/33706 */
const PAGE = 100;

/**
 * List Bucket Inventory Configurations, https://cloud.tencent.com/document/product/436/33706: in the order in which they
 * were put, as cos-python-sdk-v5's own tests expect.
 */
export const listBucketInventory: SignedOperation = {
  action: "name/cos:ListBucketInventory",
  on: "bucket",
  run({ service, request }) {
    const all = service.settings.get("inventory") ?? [];
    const token = request.query.get("continuation-token") || undefined;
    const start = token === undefined ? 0 : startOf(token);
    const end = start + PAGE;
    return xmlReply({
      ListInventoryConfigurationResult: {
        InventoryConfiguration: all.slice(start, end).map(({ node }) => node),
        IsTruncated: end < all.length,
        ...(token !== undefined && { ContinuationToken: token }),
        ...(end < all.length && { NextContinuationToken: tokenOf(end) }),
      },
    });
  },
};

function tokenOf(start: number): string {
  return Buffer.from(`from ${start}`).toString("base64url");
}

function startOf(token: string): number {
  const [, start] = /^from (\d{1,4})$/.exec(Buffer.from(token, "base64url").toString("utf8")) ?? [];
  if (start !== undefined) return Number(start);
  throw invalidArgument("continuation-token is not one that a list gave");
}
