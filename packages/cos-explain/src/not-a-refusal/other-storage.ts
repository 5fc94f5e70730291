import { isAboutCos } from "../text/signs-of-cos.ts";
import { meaningOf, type Words } from "../text/words.ts";
import { noRefusal, type Recognizer } from "./recognizer.ts";

/** Other storage services answer with the same codes in the same XML, but with other meanings and other remedies. */
const SERVICES: readonly (readonly [signs: Words, name: string])[] = [
  [
    [
      /aliyuncs\.com|aliyunoss|api\.aliyun\.com|x-oss-|com\.(?:aliyun|alibaba\.sdk\.android)\.oss/i,
      /\boss: service returned error/i,
      /\brequest[-_ ]?id["']?[:=>]\s?["']?[\dA-F]{24}\b/i,
      /<EC>\d{4}-/i,
    ],
    "Alibaba Cloud's OSS",
  ],
  [/myhuaweicloud\.com|com\.obs\.services|x-obs-/i, "Huawei Cloud's OBS"],
  [/amazonaws\.com|<AWSAccessKeyId>|<X-Amz-Expires>|\bAWS Access Key Id\b/i, "Amazon S3"],
  [/storage\.googleapis\.com|<Details>/i, "Google Cloud Storage"],
  [/blob\.core\.windows\.net|x-ms-request-id/i, "Azure"],
  [/\bserver["']?\s*[:=]\s*["']?minio\b|x-minio-/i, "MinIO"],
  // COS's answers have no host id, and an SDK for S3 prints it empty.
  [
    /<HostId>[^<]+<|\bhost id: [^\s,)]|<RequestId>[\dA-Z]{16}</i,
    "another storage service with S3's interface",
  ],
];

/** An error of another storage service. */
export const otherStorage: Recognizer = (text) => {
  const name = nameOfStorage(text);
  return name === undefined
    ? undefined
    : noRefusal(
        `This is an error of ${name}, not of COS: the codes look alike, but its own documentation says what they mean there.`,
      );
};

/** Whether another storage service sent this error; false for COS, and if nothing in the text tells. */
export function isOfOtherStorage(text: string): boolean {
  return nameOfStorage(text) !== undefined;
}

function nameOfStorage(text: string): string | undefined {
  return isAboutCos(text) ? undefined : meaningOf(text, SERVICES);
}
