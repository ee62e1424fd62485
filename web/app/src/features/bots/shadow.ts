/** A shadow answer on the wire (harken/bots/past_api.py), and what of it is shown. Pure. */

interface Answer {
  readonly type: string;
  readonly text?: string;
  readonly reason?: string;
}

export interface ShadowAnswer {
  readonly id: string;
  readonly version: number;
  readonly conversation_id: string;
  readonly conversation_number: number;
  readonly contact_name: string;
  readonly asked: string;
  readonly outcome: { readonly answers?: readonly Answer[] } | null;
  readonly error: string | null;
  readonly really: readonly { readonly author: { readonly kind: string; readonly name: string }; readonly text: string; readonly line: string | null; readonly at: string }[];
  readonly took_ms: number;
  readonly created_at: string;
}

export interface Said {
  readonly kind: "say" | "handoff" | "close" | "nothing";
  readonly text: string;
}

/** What the customer would have noticed: notes, labels and fields are left out. */
export function saidIn({ outcome }: Pick<ShadowAnswer, "outcome">): Said[] {
  const said = (outcome?.answers ?? []).flatMap((answer): Said[] => {
    if (answer.type === "say") return [{ kind: "say", text: answer.text ?? "" }];
    return answer.type === "handoff" || answer.type === "close" ? [{ kind: answer.type, text: answer.reason ?? "" }] : [];
  });
  return said.length > 0 ? said : [{ kind: "nothing", text: "" }];
}
