import type { Catalogue } from "..";
import type { hours as english } from "../en/hours";

export const hours: Pick<Catalogue, keyof typeof english> = {
  hours: {
    text: "متى يوجد من يرد، بالمنطقة الزمنية لفريقك.",
    whose: "ساعات عمل",
    everybody: "مساحة العمل كلها",
    zone: "المنطقة الزمنية",
    week: "ساعات العمل",
    opens: "يفتح",
    closes: "يغلق",
    closed: "مغلق",
    holidays: "العطل",
    no_holidays: "لا توجد عطل بعد.",
    add_holiday: "أضف عطلة",
    holiday_name: "الاسم",
    date: "التاريخ",
    yearly: "كل سنة",
    open_now: "مفتوح الآن",
    closed_now: "مغلق الآن",
    inherited: "يتبع هذا الفريق ساعات مساحة العمل.",
    always: "لم تُحدد ساعات: أنت متاح دائمًا.",
    give_own: "حدد له ساعات خاصة",
    set: "حدد الساعات",
    drop_own: "اتبع مساحة العمل من جديد",
    drop: "متاح دائمًا من جديد",
    add_span: (day: string) => `${day}: أضف وقتًا`,
    remove_span: (day: string) => `${day}: أزل هذا الوقت`,
    until: (when: string) => `حتى ${when}`,
    again: (when: string) => `يفتح ${when}`,
  },
};
