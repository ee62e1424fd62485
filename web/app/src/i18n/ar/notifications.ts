import type { Catalogue } from "..";
import type { notifications as english } from "../en/notifications";

const plural = new Intl.PluralRules("ar");
const UNREAD: Record<string, string> = { zero: "الإشعارات", one: "الإشعارات، واحد غير مقروء", two: "الإشعارات، اثنان غير مقروءين" };
const BROWSERS: Record<string, string> = { one: "أُرسل، ودُفع إلى متصفح واحد.", two: "أُرسل، ودُفع إلى متصفحين." };

export const notifications: Pick<Catalogue, keyof typeof english> = {
  notifications: {
    title: "الإشعارات",
    bell: (unread) => UNREAD[plural.select(unread)] ?? `الإشعارات، ${unread} غير مقروءة`,
    unread: "غير مقروء",
    all_read: "تعليم الكل كمقروء",
    read_one: "تعليم كمقروء",
    earlier: "عرض الأقدم",
    settings: "اختر ما تُبلَّغ به",
    empty: { title: "لا جديد", text: "تظهر هنا الإشارات إليك والمحادثات المسندة إليك وردود العملاء." },
    says: {
      mention: (actor, contact) => `أشار إليك ${actor}: ${contact}`,
      assigned: (actor, contact) => `أسند إليك ${actor} محادثة: ${contact}`,
      taken_over: (actor, contact) => `تولّى ${actor} محادثتك: ${contact}`,
      message: (_actor, contact) => `كتب ${contact}`,
      new_conversation: (_actor, contact) => `جديد في الوارد: ${contact}`,
    },
    somebody: "شخص ما",
    trial: { title: "هكذا يبدو الإشعار", body: "إشعارات Harken تصل إلى هذا المتصفح." },
    version: "إصدار جديد من Harken جاهز.",
    reload: "إعادة التحميل",
    text: "ما تُبلَّغ به وكيف. يسري ذلك في كل المتصفحات، أما المفاتيح تحت الجدول فلهذا المتصفح وحده.",
    what: "الحدث",
    kinds: { mention: "الإشارات إليك", assigned: "أُسندت إليك", taken_over: "أُخذت منك", message: "رسائل العملاء", new_conversation: "محادثات جديدة" },
    hints: {
      mention: "يذكرك زميل في ملاحظة.",
      assigned: "يسلّمك زميل محادثة.",
      taken_over: "يتولى زميل إحدى محادثاتك.",
      message: "يكتب عميل في محادثة لك.",
      new_conversation: "تصل محادثة إلى وارد تراه.",
    },
    ways: { app: "في التطبيق", desktop: "سطح المكتب", sound: "صوت", push: "إشعار فوري", email: "بريد" },
    way_hints: {
      app: "تحت الجرس.",
      desktop: "ما دام Harken مفتوحًا في مكان ما.",
      sound: "نغمة قصيرة.",
      push: "حتى عندما يكون Harken مغلقًا.",
      email: "في الملخّص.",
    },
    cell: (kind, way) => `${kind}: ${way}`,
    here: "هذا المتصفح",
    desktop: {
      title: "إشعارات سطح المكتب",
      on: "مفعّلة في هذا المتصفح.",
      off: "متوقفة في هذا المتصفح.",
      ask: "تفعيل إشعارات سطح المكتب",
      stop: "إيقاف",
      blocked: "هذا المتصفح يحجب إشعارات Harken. اسمح بها في إعدادات الموقع بجانب العنوان ثم أعد تحميل الصفحة.",
      missing: "هذا المتصفح لا يعرض إشعارات.",
    },
    push: {
      title: "الإشعارات الفورية",
      on: "تصل إلى هذا المتصفح حتى عندما يكون Harken مغلقًا.",
      off: "فقط ما دام Harken مفتوحًا.",
      ask: "تفعيل الإشعارات الفورية",
      stop: "إيقاف",
      missing: "هذا المتصفح لا يستقبل إشعارات فورية هنا. يلزم اتصال آمن (https).",
      failed: "لم تستجب خدمة الإشعارات لهذا المتصفح. حاول لاحقًا.",
    },
    listen: "سماع النغمة",
    trial_button: "إرسال إشعار تجريبي",
    trial_sent: (browsers) => BROWSERS[plural.select(browsers)] ?? `أُرسل، ودُفع إلى ${browsers} متصفحات.`,
    trial_alone: "أُرسل إلى هذا المتصفح.",
    digest: {
      title: "ملخّص بالبريد",
      text: "ما يبقى غير مقروء في غيابك، في رسالة واحدة.",
      every: { off: "أبدًا", "15m": "بعد 15 دقيقة", hourly: "بعد ساعة", daily: "مرة في اليوم" },
      missing: "هذا التثبيت لا يرسل بريدًا بعد: يضبط المسؤول HARKEN_MAIL_URL وHARKEN_MAIL_FROM.",
    },
    quiet: {
      title: "ساعات الهدوء",
      text: "بلا صوت ولا إشعارات سطح مكتب ولا إشعارات فورية ولا ملخّص. الجرس يستمر في العدّ.",
      on: "إبقاء هذه الساعات هادئة",
      from: "من",
      to: "إلى",
      zone: (zone) => `المنطقة الزمنية: ${zone}`,
    },
  },
};
