import { textOf } from "../xml/fields.ts";
import { malformedXml, parseXml } from "../xml/parse-xml.ts";

/** What a bucket is besides a usual one, for its life (https://cloud.tencent.com/document/product/436/7738). */
export interface BucketKind {
  /** Its objects are kept in several zones. */
  readonly isInSeveralZones: boolean;
  /** It has folders like a file system's (元数据加速). How these behave is not emulated. */
  readonly isOfs: boolean;
}

/**
 * Reads a CreateBucketConfiguration. The page has BucketAZConfig alone; cos-go-sdk-v5 and cos-python-sdk-v5 also send
 * BucketArchConfig.
 *
 * @throws {CosError} MalformedXML
 */
export function parseBucketKind(text: string): BucketKind {
  const configuration = parseXml(text, "CreateBucketConfiguration", new Set());
  const is = (name: string, only: string): boolean => {
    const value = textOf(configuration, name);
    if (value !== undefined && value !== only) throw malformedXml(`${name} must be ${only}`);
    return value !== undefined;
  };
  return { isInSeveralZones: is("BucketAZConfig", "MAZ"), isOfs: is("BucketArchConfig", "OFS") };
}
