/** The script on the host's page: draws the launcher, opens the conversation in a frame, keeps what the frame may not.

Nothing is requested before the launcher is used for the first time, on a reload neither. The frame's own storage may be
blocked by the browser, so the visitor's token and what waits to be sent lie in the host's. Protocol:
harken/connectors/webchat/README.md. No imports: the file is one classic script.
*/

interface Identity {
  readonly user_id?: string;
  readonly name?: string;
  readonly email?: string;
  readonly hash?: string;
}

interface Said {
  readonly harken?: number;
  readonly type?: string;
  readonly token?: string | null;
  readonly count?: number;
  readonly key?: string;
  readonly value?: string | null;
}

interface Host {
  HarkenSettings?: { readonly identity?: Identity | null };
  Harken?: (call: string, identity?: Identity | null) => void;
}

(() => {
  const script = document.currentScript as HTMLScriptElement | null;
  const channel = script?.dataset.channel;
  const host = window as unknown as Host;
  if (!script || !channel || host.Harken) return;
  const server = new URL(script.src).origin;
  const accent = script.dataset.accent ?? "#2f62c8";
  const at = (from: number) => (parseInt(accent.slice(from, from + 2), 16) / 255) ** 2.2;
  const ink = 0.2126 * at(1) + 0.7152 * at(3) + 0.0722 * at(5) > 0.18 ? "#1b202b" : "#fff";
  const name = `harken:${channel}`;
  const words = { de: "Chat öffnen", es: "Abrir el chat", ar: "فتح المحادثة" } as Record<string, string>;
  let identity = host.HarkenSettings?.identity ?? null;
  let frame: HTMLIFrameElement | undefined;
  let ready = false;
  let shown = false;

  const root = document.createElement("div");
  const shadow = root.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`:host{all:initial}button,iframe{position:fixed;z-index:2147483000;border:0;box-shadow:0 12px 32px -8px #1b202b66}
button{inset:auto 24px 24px auto;width:56px;height:56px;border-radius:50%;background:${accent};color:${ink};cursor:pointer;padding:16px}
button:focus-visible{outline:3px solid ${accent};outline-offset:3px}
:host([dir=rtl]) button,:host([dir=rtl]) iframe{right:auto;left:24px}
svg{display:block}i{position:absolute;inset:-4px -4px auto auto;font:600 12px/20px system-ui;min-width:20px;border-radius:10px;background:#c4281c}i:empty{display:none}
iframe{inset:auto 24px 96px auto;width:376px;height:min(600px,calc(100dvh - 120px));border-radius:18px;color-scheme:normal}[hidden]{display:none}
@media(max-width:480px){iframe,:host([dir=rtl]) iframe{inset:0;width:100%;height:100dvh;border-radius:0}.open{display:none}}`);
  shadow.adoptedStyleSheets = [sheet];
  const button = document.createElement("button");
  button.innerHTML = '<svg viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true"><path/></svg><i></i>';
  const path = button.querySelector("path") as SVGPathElement;
  const badge = button.querySelector("i") as HTMLElement;
  shadow.append(button);

  const kept = (key: string, value?: string | null): string | null => {
    try {
      if (value === undefined) return localStorage.getItem(key);
      if (value === null) localStorage.removeItem(key);
      else localStorage.setItem(key, value);
    } catch {
      // the host's storage is blocked or full: the conversation lasts as long as the page
    }
    return null;
  };
  const allKept = () => {
    const found: Record<string, string> = {};
    try {
      for (const key of Object.keys(localStorage)) {
        if (key.startsWith(`${name}:`)) found[key.slice(name.length + 1)] = localStorage.getItem(key) as string;
      }
    } catch {
      // as above
    }
    return found;
  };
  const say = (message: object) => ready && frame?.contentWindow?.postMessage({ harken: 1, ...message }, server);

  const show = (open: boolean) => {
    if (open === shown) return;
    shown = open;
    if (open && !frame) {
      frame = document.createElement("iframe");
      frame.title = "Chat";
      frame.allow = "clipboard-write;microphone";
      frame.src = `${server}/widget/frame?channel=${channel}&origin=${encodeURIComponent(location.origin)}`;
      shadow.append(frame);
    }
    if (frame) frame.hidden = !open;
    draw();
    say({ type: "shown", shown });
    if (open) frame?.focus();
    else button.focus();
  };
  const draw = () => {
    path.setAttribute("d", shown ? "m6 9 6 6 6-6" : "M21 12a8 8 0 0 1-8 8H4l2-3.3A8 8 0 1 1 21 12z");
    button.className = shown ? "open" : "";
    button.ariaExpanded = String(shown);
    button.ariaLabel = (words[navigator.language.slice(0, 2)] ?? "Open chat") + (badge.textContent && ` (${badge.textContent})`);
  };
  const identify = (to: Identity | null) => {
    identity = to;
    if (!to) for (const key of [name, ...Object.keys(allKept()).map((each) => `${name}:${each}`)]) kept(key, null);
    say({ type: "identity", identity });
  };

  addEventListener("message", ({ origin, source, data }: MessageEvent<Said>) => {
    if (origin !== server || !frame || source !== frame.contentWindow || data?.harken !== 1) return;
    if (data.type === "ready") {
      ready = true;
      say({ type: "start", token: kept(name), identity, language: navigator.language, kept: allKept() });
      say({ type: "shown", shown });
    }
    if (data.type === "token") kept(name, data.token ?? null);
    if (data.type === "keep") kept(`${name}:${data.key}`, data.value ?? null);
    if (data.type === "close") show(false);
    if (data.type === "unread") {
      badge.textContent = data.count ? String(data.count) : "";
      draw();
    }
  });
  button.onclick = () => show(!shown);
  host.Harken = (call, to) => (call === "identify" ? identify(to ?? null) : show(call === "open"));
  draw();
  const mount = () => {
    const rtl = getComputedStyle(document.documentElement).direction === "rtl";
    root.dir = rtl === (script.dataset.side === "start") ? "ltr" : "rtl";
    document.body.append(root);
  };
  if (document.body) mount();
  else addEventListener("DOMContentLoaded", mount);
})();
