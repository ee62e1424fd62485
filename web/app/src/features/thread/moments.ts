/** A moment of the next days, short: "Mon 09:00". */

import { locale } from "../../i18n";
import { timeOfDay } from "../../lib/format";

export const shortMoment = (at: Date): string => `${new Intl.DateTimeFormat(locale, { weekday: "short" }).format(at)} ${timeOfDay(at.toISOString())}`;
