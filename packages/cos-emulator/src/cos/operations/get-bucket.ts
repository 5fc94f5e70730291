import { listKeys } from "../store/list-keys.ts";
import { tierOf } from "../store/storage-class.ts";
import { etagOf } from "../store/stored-object.ts";
import { listedTime } from "../xml/time.ts";
import { xmlReply } from "../xml/xml-reply.ts";
import { readDelimiter, readEncoding, readLimit } from "./lib/list-parameters.ts";
import { appOwnerElement } from "./lib/owner.ts";
import type { SignedOperation } from "./operation.ts";

/** GET Bucket (List Objects), https://cloud.tencent.com/document/product/436/7734. */
export const getBucket: SignedOperation = {
  action: "name/cos:GetBucket",
  on: "prefix",
  run({ service, request }) {
    const { query } = request;
    const prefix = query.get("prefix") ?? "";

    const marker = query.get("marker") ?? "";
    const delimiter = readDelimiter(query);
    const maxKeys = readLimit(query, "max-keys");
    const { encode, element } = readEncoding(query);
    const { store } = service;
    const isListed = (key: string) => store.get(key) !== undefined;
    const listing = listKeys(store.ordered, { prefix, marker, delimiter, maxKeys }, isListed);
    const result = {
      ListBucketResult: {
        Name: service.bucket.name,
        ...element,
        Prefix: encode(prefix),
        Marker: encode(marker),
        MaxKeys: maxKeys,
        ...(delimiter === "" ? {} : { Delimiter: encode(delimiter) }),
        IsTruncated: listing.nextMarker !== undefined,
        ...(listing.nextMarker === undefined ? {} : { NextMarker: encode(listing.nextMarker) }),
        CommonPrefixes: listing.commonPrefixes.map((common) => ({ Prefix: encode(common) })),
        Contents: listing.keys.flatMap((key) => {
          const object = store.get(key);
          if (object === undefined) return [];
          const tier = tierOf(object.storageClass);
          return {
            Key: encode(key),
            LastModified: listedTime(object.lastModified),
            ETag: etagOf(object),
            Size: object.size,
            Owner: appOwnerElement(service.account),
            StorageClass: object.storageClass,
            ...(tier !== undefined && { StorageTier: tier }),
          };
        }),
      },
    };
    return xmlReply(result, { headers: { "x-cos-bucket-region": service.bucket.region } });
  },
};
