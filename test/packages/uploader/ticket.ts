export const ENDPOINT = "https://f.example.com";

/** What post-policy answers, as far as the client needs it. */
export const TICKET = {
  cosKey: "uploads/1.jpg",
  method: "POST",
  url: "https://photos-1250000000.cos.ap-guangzhou.myqcloud.com/",
  fields: { key: "uploads/1.jpg" },
};
