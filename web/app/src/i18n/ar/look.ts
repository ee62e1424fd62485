import type { Catalogue } from "..";
import type { look as english } from "../en/look";

export const look: Pick<Catalogue, keyof typeof english> = {
  look: {
    text: "كيف يبدو Harken لك في كل متصفح.",
    theme: "السمة",
    density: "الكثافة",
    densities: { comfortable: "مريحة", compact: "مضغوطة" },
    language: "اللغة",
    sending: "الإرسال",
    send_with: { enter: "مفتاح Enter يرسل، وShift+Enter يبدأ سطرًا جديدًا", mod_enter: "Ctrl+Enter يرسل، وEnter يبدأ سطرًا جديدًا" },
  },
};
