/** From the warmest to the coldest (https://cloud.tencent.com/document/product/436/33417). */
const STORAGE_CLASSES: readonly string[] = [
  "STANDARD",
  "STANDARD_IA",
  "INTELLIGENT_TIERING",
  "ARCHIVE",
  "DEEP_ARCHIVE",
];

/**
 * A storage class by the name that COS returns; undefined for any other text. COS accepts the names in any case:
 * cos-java-sdk-v5 sends `Standard_IA`. With `MAZ_` before it, the class is the same, but in several zones.
 */
export function readStorageClass(text: string): string | undefined {
  const storageClass = text.toUpperCase();
  return STORAGE_CLASSES.includes(inOneZone(storageClass)) ? storageClass : undefined;
}

/** A storage class without its `MAZ_`. */
export function inOneZone(storageClass: string): string {
  return storageClass.replace(/^MAZ_/, "");
}

/**
 * The tier of an object of this class, in the words of COS's answers; undefined if its class has no tiers. Every object
 * stays in the tier in which it begins.
 */
export function tierOf(storageClass: string): "FREQUENT" | undefined {
  return inOneZone(storageClass) === "INTELLIGENT_TIERING" ? "FREQUENT" : undefined;
}

/** 0 for STANDARD, and more the colder a storage class is. */
export function coldness(storageClass: string): number {
  return STORAGE_CLASSES.indexOf(inOneZone(storageClass));
}
