import { authorize } from "../authorize.ts";
import { CosError } from "../errors.ts";
import { listKeys } from "../list-keys.ts";
import type { Query } from "../query.ts";
import type { Reply } from "../reply.ts";
import { etagOf } from "../stored-object.ts";
import { urlEncode } from "../url-encode.ts";
import { xmlDocument } from "../xml.ts";
import type { OperationContext } from "./operation.ts";

const MAX_KEYS = 1000;

/** GET Bucket (List Objects), https://cloud.tencent.com/document/product/436/7734. */
export function getBucket({ service, request, authenticate }: OperationContext): Reply {
  const { query } = request;
  const prefix = query.get("prefix") ?? "";
  authorize(service, request, authenticate(), "name/cos:GetBucket", prefix);

  const marker = query.get("marker") ?? "";
  const delimiter = query.get("delimiter") ?? "";
  const maxKeys = readMaxKeys(query);
  const encode = readEncoding(query);
  const objects = new Map(service.store.all().map((object) => [object.key, object]));
  const listing = listKeys([...objects.keys()], { prefix, marker, delimiter, maxKeys });
  const body = xmlDocument({
    ListBucketResult: {
      Name: service.bucket.name,
      ...(query.has("encoding-type") ? { EncodingType: "url" } : {}),
      Prefix: encode(prefix),
      Marker: encode(marker),
      MaxKeys: maxKeys,
      ...(delimiter === "" ? {} : { Delimiter: encode(delimiter) }),
      IsTruncated: listing.nextMarker !== undefined,
      ...(listing.nextMarker === undefined ? {} : { NextMarker: encode(listing.nextMarker) }),
      CommonPrefixes: listing.commonPrefixes.map((common) => ({ Prefix: encode(common) })),
      Contents: listing.keys.flatMap((key) => {
        const object = objects.get(key);
        if (object === undefined) return [];
        return {
          Key: encode(key),
          LastModified: new Date(object.lastModified).toISOString(),
          ETag: etagOf(object),
          Size: object.size,
          Owner: { ID: service.account.appId, DisplayName: service.account.appId },
          StorageClass: object.storageClass,
        };
      }),
    },
  });
  return { status: 200, headers: { "content-type": "application/xml" }, body };
}

function readMaxKeys(query: Query): number {
  const text = query.get("max-keys");
  if (text === undefined || text === "") return MAX_KEYS;
  if (!/^\d{1,9}$/.test(text)) throw invalid("max-keys must be a number from 0 to 1000");
  return Math.min(Number(text), MAX_KEYS);
}

function readEncoding(query: Query): (text: string) => string {
  const encoding = query.get("encoding-type");
  if (encoding === undefined) return (text) => text;
  if (encoding !== "url") throw invalid("encoding-type must be url");
  return urlEncode;
}

function invalid(reason: string): CosError {
  return new CosError("InvalidArgument", "Invalid Argument", { reason });
}
