import { Button, View } from "@tarojs/components";
import Taro from "@tarojs/taro";
import { parts } from "cos-uploader/parts";
import { createUploader } from "cos-uploader/taro";
import { useState } from "react";

const { upload } = createUploader({ endpoint: "https://upload.example.com", parts });

export default function Index() {
  const [shown, setShown] = useState("");
  const onProgress = ({ fraction }: { fraction: number }) => setShown(`${Math.floor(fraction * 100)} %`);

  async function sendAvatar() {
    const { tempFilePaths } = await Taro.chooseImage({ count: 1 });
    for (const path of tempFilePaths) setShown((await upload(path, { rule: "avatar", onProgress })).key);
  }

  async function sendVideo() {
    const { tempFilePath } = await Taro.chooseVideo({});
    setShown((await upload(tempFilePath, { rule: "video", onProgress })).key);
  }

  return (
    <View>
      <Button onClick={sendAvatar}>Avatar</Button>
      <Button onClick={sendVideo}>Video</Button>
      <View>{shown}</View>
    </View>
  );
}
