import { listVersions } from "../store/list-versions.ts";
import { tierOf } from "../store/storage-class.ts";
import { etagOf, isDeleteMarker, type StoredVersion } from "../store/stored-object.ts";
import { listedTime } from "../xml/time.ts";
import { Siblings } from "../xml/xml.ts";
import { xmlReply } from "../xml/xml-reply.ts";
import { readDelimiter, readEncoding, readLimit } from "./lib/list-parameters.ts";
import { appOwnerElement } from "./lib/owner.ts";
import type { SignedOperation } from "./operation.ts";

/** GET Bucket Object versions, https://cloud.tencent.com/document/product/436/35521. */
export const getBucketObjectVersions: SignedOperation = {
  action: "name/cos:GetBucketObjectVersions",
  on: "prefix",
  run({ service, request }) {
    const { query } = request;
    const prefix = query.get("prefix") ?? "";
    const delimiter = readDelimiter(query);
    const keyMarker = query.get("key-marker") ?? "";
    const versionIdMarker = query.get("version-id-marker") ?? "";
    const maxKeys = readLimit(query, "max-keys");
    const { encode, element } = readEncoding(query);
    const { store, bucket, account, settings } = service;
    const options = { prefix, delimiter, keyMarker, versionIdMarker, maxKeys };
    const { versions, commonPrefixes, next } = listVersions(store, options);
    const isVersioned = settings.get("versioning") !== undefined;
    const common = (version: StoredVersion) => ({
      Key: encode(version.key),
      // A bucket that never had versioning gives an empty id in the documentation's example.
      VersionId: isVersioned ? version.versionId : "",
      IsLatest: store.versions(version.key)[0] === version,
      LastModified: listedTime(version.lastModified),
    });
    const Owner = appOwnerElement(account);
    const listed = versions.map((version) => {
      if (isDeleteMarker(version)) return { DeleteMarker: { ...common(version), Owner } };
      const { size, storageClass } = version;
      const tier = tierOf(storageClass);
      const StorageTier = tier !== undefined && { StorageTier: tier };
      const stored = { ETag: etagOf(version), Size: size, StorageClass: storageClass, ...StorageTier };
      return { Version: { ...common(version), ...stored, Owner } };
    });
    return xmlReply({
      ListVersionsResult: {
        ...element,
        Name: bucket.name,
        Prefix: encode(prefix),
        KeyMarker: encode(keyMarker),
        VersionIdMarker: versionIdMarker,
        MaxKeys: maxKeys,
        IsTruncated: next !== undefined,
        ...(next === undefined
          ? {}
          : { NextKeyMarker: encode(next.keyMarker), NextVersionIdMarker: next.versionIdMarker }),
        ...(delimiter === "" ? {} : { Delimiter: encode(delimiter) }),
        CommonPrefixes: commonPrefixes.map((one) => ({ Prefix: encode(one) })),
        // In the examples a marker stands between the versions of its key.
        listed: new Siblings(listed),
      },
    });
  },
};
