/* A page's server, played inside the page: an Inbox of `crowd.rows` conversations, and a socket that tells what `crowd.happen`
makes of them. Everything else is the real server's. Answers come by the page, as large as `crowd.page` says. */
(() => {
  const crowd = (window.crowd = { rows: 100_000, page: 100, socket: null, seq: 0, channel: null, told: 0 });
  const START = Date.now() - 100_000_000;
  const iso = (ms) => new Date(ms).toISOString();
  const changed = new Map();
  const idOf = (n) => `01a00000-0000-7000-8000-${String(n).padStart(12, "0")}`;
  const otherId = (kind, n) => `01a0000${kind}-${String(n % 10_000).padStart(4, "0")}-7abc-9def-${String(n * 7919).padStart(12, "0")}`;
  const numberOf = (id) => Number(id.slice(-12));
  const MARK = "01a00000-0000-7000-8000-";

  function row(n) {
    const known = changed.get(n);
    if (known) return known;
    const id = idOf(n);
    const at = iso(START + n * 900);
    const author = { kind: "contact", id: otherId("c", n), name: `Customer ${n}` };
    return {
      id, number: n + 1, revision: 1, epoch: 1, channel_id: crowd.channel, status: "open", handler: { kind: "none", id: null }, team_id: null,
      contact: { id: author.id, name: `Customer ${n}`, revision: 1 }, address: `customer${n}@example.com`, subject: "", labels: [],
      waiting_since: at, last_activity_at: at, created_at: at, message_count: 1, inbound_count: 1, read_count: 0, closed: null,
      last_message: { id: otherId("d", n), kind: "message", direction: "in", author, preview: `Where is order ${n}? It should have come on Monday, and nobody has told me anything since. Could you please have a look at it?`, attachment: null, created_at: at },
      reply: { allowed: true, reason: null, window_ends_at: null }, previous_id: null, identity_id: otherId("e", n), priority: "normal", snoozed: null,
    };
  }
  const message = (n) => ({
    id: otherId("d", n), conversation_id: idOf(n), seq: 1, kind: "message", direction: "in", author: row(n).last_message.author, text: row(n).last_message.preview, html: null,
    attachments: [], created_at: row(n).created_at, line: null, delivery: null, sent_at: null, client_message_id: null, reply_to: null, mentions: [], reactions: [],
  });
  const json = (body) => new Response(JSON.stringify(body), { headers: { "Content-Type": "application/json" } });

  const ask = window.fetch.bind(window);
  window.fetch = async (input, init) => {
    const url = new URL(String(input?.url ?? input), location.href);
    const one = url.pathname.match(/^\/api\/conversations\/(01a00000-0000-7000-8000-\d{12})(\/messages)?$/);
    if (one && (init?.method ?? "GET") === "GET") return json(one[2] ? { items: [message(numberOf(one[1]))], next_cursor: null } : row(numberOf(one[1])));
    if (url.pathname.includes(MARK)) return json({ ...row(numberOf(url.pathname.match(/01a0[0-9-]{32}/)[0])), read_count: 1 });
    if (url.pathname === "/api/conversations" && url.searchParams.get("view") === "inbox" && !url.searchParams.get("snoozed")) {
      const from = Number(url.searchParams.get("cursor") ?? 0);
      const to = Math.min(crowd.rows, from + crowd.page);
      return json({ items: Array.from({ length: to - from }, (_, at) => row(from + at)), next_cursor: to < crowd.rows ? String(to) : null });
    }
    const answer = await ask(input, init);
    if (url.pathname !== "/api/snapshot" || !answer.ok) return answer;
    const snapshot = await answer.json();
    crowd.seq = snapshot.seq;
    crowd.channel = snapshot.channels[0]?.id ?? "none";
    snapshot.views.inbox.count = crowd.rows;
    return json(snapshot);
  };

  window.WebSocket = class {
    static OPEN = 1;
    readyState = 1;
    constructor() {
      crowd.socket = this;
      setTimeout(() => {
        this.onopen?.();
        this.say({ type: "hello", seq: crowd.seq });
      });
    }
    say(frame) {
      this.onmessage?.({ data: JSON.stringify(frame) });
    }
    send(text) {
      if (JSON.parse(text).type === "ping") this.say({ type: "pong" });
    }
    close() {}
  };

  function tell(type, n, change) {
    const before = row(n);
    const conversation = { ...before, ...change, revision: crowd.seq + 1 };
    delete conversation.read_count;
    changed.set(n, { ...conversation, read_count: 0 });
    crowd.told += 1;
    crowd.socket.say({ seq: crowd.seq + 1, prev: crowd.seq++, at: iso(Date.now()), actor: conversation.last_message.author, type, data: { conversation, previous: before, messages: [] } });
  }
  /** Of four: two customers write again, one is taken by somebody else, one has waited longest of all from now on. */
  crowd.happen = (n) => {
    const kind = crowd.told % 4;
    const at = iso(Date.now());
    if (kind === 2) return tell("conversation_assigned", n, { handler: { kind: "agent", id: "somebody" }, epoch: 2 });
    if (kind === 3) return tell("message_added", n, { waiting_since: iso(START - crowd.told * 1000) });
    tell("message_added", n, { last_activity_at: at, inbound_count: 2, last_message: { ...row(n).last_message, id: `n-${crowd.told}`, preview: "Are you there?", created_at: at } });
  };
  crowd.bustle = (perSecond, of) => {
    const timer = setInterval(() => crowd.happen(Math.floor(Math.random() * of)), 1000 / perSecond);
    return () => clearInterval(timer);
  };

  /** Watches the main thread until it is asked for what it saw. */
  crowd.watch = () => {
    const tasks = [];
    const observer = new PerformanceObserver((list) => list.getEntries().forEach(({ duration }) => tasks.push(Math.round(duration))));
    observer.observe({ type: "longtask" });
    const gaps = [];
    let last = performance.now();
    let going = true;
    requestAnimationFrame(function next(now) {
      if (now - last > 34) gaps.push(Math.round(now - last));
      last = now;
      crowd.frames += 1;
      if (going) requestAnimationFrame(next);
    });
    crowd.frames = 0;
    return () => {
      going = false;
      observer.disconnect();
      return { tasks, gaps, frames: crowd.frames, heap: Math.round((performance.memory?.usedJSHeapSize ?? 0) / 1e6) };
    };
  };
})();
