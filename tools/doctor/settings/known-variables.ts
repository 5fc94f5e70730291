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
  "CORS_ORIGINS",
  "SIGNATURE_SECONDS",
  "RENEWAL_SECONDS",
  "UPLOADED_WEBHOOK",
  "WEBHOOK_SECRET",
  "CERT_HOSTS",
  "CERT_WEBHOOK",
];

/** Those, and what serverless.yml gives a function under another's name: the keys or roles of those that delete. */
export const KNOWN_VARIABLES: readonly string[] = [
  ...READ_VARIABLES,
  "OBJECTS_SECRET_ID",
  "OBJECTS_SECRET_KEY",
  "OBJECTS_ROLE_ARN",
  "LIFE_SECRET_ID",
  "LIFE_SECRET_KEY",
  "LIFE_ROLE_ARN",
];

/** SCF takes no variables of the user's that begin so (https://cloud.tencent.com/document/product/583/30228). */
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
