import { OWN_KEYS } from "../../../deploy/own-keys.ts";

/** The variables that the functions read. */
export const READ_VARIABLES: readonly string[] = [
  "COS_SECRET_ID",
  "COS_SECRET_KEY",
  "COS_ROLE_ARN",
  "COS_BUCKET",
  "COS_REGION",
  "COS_DOMAIN",
  "DOWNLOAD_DOMAIN",
  "STS_ENDPOINT",
  "UPLOAD_AUTH",
  "JWT_SECRET",
  "JWT_JWKS_URL",
  "JWT_ISSUER",
  "JWT_AUDIENCE",
  "TOKEN_SECONDS",
  "USER_PREFIX_SECRET",
  "WX_APPID",
  "WX_SECRET",
  "WX_ENDPOINT",
  "MEDIA_CHECK",
  "WX_PUSH_TOKEN",
  "WX_PUSH_AES_KEY",
  "COS_AUDIT_TOKEN",
  "CORS_ORIGINS",
  "SIGNATURE_SECONDS",
  "RENEWAL_SECONDS",
  "QUOTA_FILES_PER_DAY",
  "QUOTA_BYTES_PER_DAY",
  "QUOTA_REQUESTS_PER_MINUTE",
  "QUOTA_WHEN_DOWN",
  "REDIS_URL",
  "UPLOADED_WEBHOOK",
  "WEBHOOK_SECRET",
  "CERT_HOSTS",
  "CERT_WEBHOOK",
  "CERT_RENEW",
  "CERT_SECRET_ID",
  "CERT_SECRET_KEY",
  "SSL_ENDPOINT",
];

/** These, and the keys and roles that serverless.yml passes to some functions under the names of others. */
export const KNOWN_VARIABLES: readonly string[] = [
  ...READ_VARIABLES,
  ...OWN_KEYS.flatMap((owner) => [`${owner}_SECRET_ID`, `${owner}_SECRET_KEY`, `${owner}_ROLE_ARN`]),
];

/** SCF accepts no variables with these prefixes from users (https://cloud.tencent.com/document/product/583/30228). */
export const RESERVED_PREFIXES = ["TENCENTCLOUD_", "SCF_", "QCLOUD_"] as const;

/** COS's regions (https://cloud.tencent.com/document/product/436/6224). */
export const KNOWN_REGIONS: readonly string[] = [
  "ap-beijing-1",
  "ap-beijing",
  "ap-nanjing",
  "ap-shanghai",
  "ap-guangzhou",
  "ap-chengdu",
  "ap-chongqing",
  "ap-zhongwei",
  "ap-shenzhen-fsi",
  "ap-shanghai-fsi",
  "ap-beijing-fsi",
  "ap-hongkong",
  "ap-singapore",
  "ap-jakarta",
  "ap-bangkok",
  "ap-mumbai",
  "ap-seoul",
  "ap-tokyo",
  "na-siliconvalley",
  "na-ashburn",
  "na-toronto",
  "sa-saopaulo",
  "eu-frankfurt",
  "eu-moscow",
  "me-saudi-arabia",
];
