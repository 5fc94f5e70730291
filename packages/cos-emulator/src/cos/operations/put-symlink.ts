import { Readable } from "node:stream";
import { invalidArgument } from "../http/errors.ts";
import type { CosRequest } from "../http/request.ts";
import { etagOf } from "../store/stored-object.ts";
import { asksForEncryption } from "./lib/encryption.ts";
import { MAX_KEY_BYTES } from "./lib/object-key.ts";
import { checkOverwrite } from "./lib/overwrite.ts";
import { keptOrDiscarded } from "./lib/received.ts";
import { readAttributes } from "./lib/upload-attributes.ts";
import { versionHeaders, versionOptions } from "./lib/version.ts";
import type { SignedOperation } from "./operation.ts";

/**
 * PUT symlink, as cos-go-sdk-v5 and cos-python-sdk-v5 send it: creates an object of the class STANDARD whose content is
 * its target's key (https://cloud.tencent.com/document/product/436/109082), in x-cos-symlink-target, percent-encoded.
 * The target need not exist: we found nothing that says COS checks it.
 */
export const putSymlink: SignedOperation = {
  action: "name/cos:PutSymlink",
  on: "object",
  async run({ service, request }) {
    const { key } = request;
    const { store } = service;
    const symlinkTarget = readTarget(request);
    if (symlinkTarget === key) throw invalidArgument("a link cannot lead to itself");
    if (asksForEncryption(request.headers)) throw invalidArgument("a link cannot be encrypted");
    const { encryption: _, ...named } = readAttributes({ service, request }, request.headers, symlinkTarget);
    if (named.storageClass !== "STANDARD")
      throw invalidArgument("a link must have the storage class STANDARD");
    const ifAbsent = checkOverwrite(service, request, key);
    const draft = await store.receive(Readable.from([Buffer.from(symlinkTarget)]), MAX_KEY_BYTES);
    const attributes = { ...named, symlinkTarget };
    const link = await keptOrDiscarded(draft, () =>
      draft.commit(key, attributes, { ...versionOptions(service), ifAbsent }),
    );
    return { status: 200, headers: { etag: etagOf(link), ...versionHeaders(service, link) } };
  },
};

function readTarget({ headers }: CosRequest): string {
  const encoded = headers.get("x-cos-symlink-target") ?? "";
  const target = decoded(encoded);
  if (target !== undefined && target !== "" && Buffer.byteLength(target) <= MAX_KEY_BYTES) return target;
  throw invalidArgument("x-cos-symlink-target must be the percent-encoded key of an object");
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
