import type { SignedOperation } from "./operation.ts";

/** DELETE Bucket inventory, https://cloud.tencent.com/document/product/436/33704: 204, whether there was one or not. */
export const deleteBucketInventory: SignedOperation = {
  action: "name/cos:DeleteBucketInventory",
  on: "bucket",
  async run({ service, request }) {
    const wanted = request.query.get("id");
    await service.settings.update("inventory", (before) =>
      before?.filter(({ id }) => id !== wanted).map(({ text }) => text),
    );
    return { status: 204 };
  },
};
