/**
 * The regions of COS that anybody may use (https://cloud.tencent.com/document/product/436/6224); the emulator answers
 * for a bucket in any of them.
 */
export const REGIONS: ReadonlySet<string> = new Set([
  "ap-bangkok",
  "ap-beijing",
  "ap-beijing-1",
  "ap-beijing-fsi",
  "ap-chengdu",
  "ap-chongqing",
  "ap-guangzhou",
  "ap-hongkong",
  "ap-jakarta",
  "ap-mumbai",
  "ap-nanjing",
  "ap-seoul",
  "ap-shanghai",
  "ap-shanghai-fsi",
  "ap-shenzhen-fsi",
  "ap-singapore",
  "ap-tokyo",
  "eu-frankfurt",
  "na-ashburn",
  "na-siliconvalley",
  "na-toronto",
  "sa-saopaulo",
]);
