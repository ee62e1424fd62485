-- What the migrations yield. Written by `make schema`.

CREATE TABLE public.agent (
    id uuid NOT NULL,
    workspace_id uuid NOT NULL,
    email text NOT NULL,
    name text NOT NULL,
    password_hash text,
    role text NOT NULL,
    active boolean DEFAULT true NOT NULL,
    available boolean DEFAULT true NOT NULL,
    preferences jsonb DEFAULT '{}'::jsonb NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT agent_role CHECK ((role = ANY (ARRAY['agent'::text, 'supervisor'::text, 'admin'::text])))
);

CREATE TABLE public.agent_login (
    workspace_id uuid NOT NULL,
    provider_id uuid NOT NULL,
    subject text NOT NULL,
    agent_id uuid NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    last_used_at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE public.agent_presence (
    workspace_id uuid NOT NULL,
    agent_id uuid NOT NULL,
    seen_at timestamp with time zone NOT NULL
);

CREATE TABLE public.agent_totp (
    workspace_id uuid NOT NULL,
    agent_id uuid NOT NULL,
    sealed bytea,
    pending bytea,
    last_step bigint DEFAULT 0 NOT NULL,
    confirmed_at timestamp with time zone
);

CREATE TABLE public.api_token (
    id uuid NOT NULL,
    workspace_id uuid NOT NULL,
    agent_id uuid NOT NULL,
    name text DEFAULT ''::text NOT NULL,
    token_hash bytea NOT NULL,
    scopes text[] DEFAULT '{}'::text[] NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    last_used_at timestamp with time zone
);

CREATE TABLE public.automatic_said (
    workspace_id uuid NOT NULL,
    conversation_id uuid NOT NULL,
    said_at timestamp with time zone,
    reminded_seq integer
);

CREATE TABLE public.bot (
    id uuid NOT NULL,
    workspace_id uuid NOT NULL,
    name text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    kind text DEFAULT 'webhook'::text NOT NULL,
    settings jsonb DEFAULT '{}'::jsonb NOT NULL,
    sealed bytea,
    token_hash bytea,
    state text DEFAULT 'on'::text NOT NULL,
    mode text DEFAULT 'live'::text NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    limits jsonb DEFAULT '{}'::jsonb NOT NULL,
    channel_ids uuid[] DEFAULT '{}'::uuid[] NOT NULL,
    disclosure jsonb DEFAULT '{}'::jsonb NOT NULL,
    failures integer DEFAULT 0 NOT NULL,
    away_until timestamp with time zone,
    failed_text text DEFAULT ''::text NOT NULL,
    CONSTRAINT bot_mode CHECK ((mode = ANY (ARRAY['live'::text, 'approve'::text, 'shadow'::text]))),
    CONSTRAINT bot_state CHECK ((state = ANY (ARRAY['on'::text, 'paused'::text, 'removed'::text])))
);

CREATE TABLE public.bot_lease (
    workspace_id uuid NOT NULL,
    conversation_id uuid NOT NULL,
    bot_id uuid NOT NULL,
    epoch bigint NOT NULL,
    version integer NOT NULL,
    timeout_seconds integer NOT NULL,
    phase text NOT NULL,
    deadline timestamp with time zone NOT NULL,
    asked_seq integer NOT NULL,
    state jsonb DEFAULT '{}'::jsonb NOT NULL,
    misses integer DEFAULT 0 NOT NULL,
    said text[] DEFAULT '{}'::text[] NOT NULL,
    choices jsonb DEFAULT '[]'::jsonb NOT NULL,
    instructions text[] DEFAULT '{}'::text[] NOT NULL,
    held jsonb DEFAULT '{}'::jsonb NOT NULL,
    started_at timestamp with time zone NOT NULL,
    CONSTRAINT bot_lease_phase CHECK ((phase = ANY (ARRAY['asked'::text, 'expected'::text, 'idle'::text, 'held'::text])))
);

CREATE TABLE public.bot_shadow (
    id uuid NOT NULL,
    workspace_id uuid NOT NULL,
    bot_id uuid NOT NULL,
    version integer NOT NULL,
    conversation_id uuid NOT NULL,
    message_seq integer NOT NULL,
    outcome jsonb,
    error text,
    took_ms integer NOT NULL,
    created_at timestamp with time zone NOT NULL
);

CREATE TABLE public.bot_turn (
    id uuid NOT NULL,
    workspace_id uuid NOT NULL,
    conversation_id uuid NOT NULL,
    bot_id uuid NOT NULL,
    epoch bigint NOT NULL,
    type text NOT NULL,
    shadow boolean DEFAULT false NOT NULL,
    state text DEFAULT 'due'::text NOT NULL,
    attempt integer DEFAULT 0 NOT NULL,
    run_at timestamp with time zone NOT NULL,
    lease_until timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT bot_turn_state CHECK ((state = ANY (ARRAY['due'::text, 'running'::text]))),
    CONSTRAINT bot_turn_type CHECK ((type = ANY (ARRAY['conversation_started'::text, 'message_added'::text, 'conversation_taken_over'::text, 'conversation_closed'::text])))
);

CREATE TABLE public.bot_version (
    workspace_id uuid NOT NULL,
    bot_id uuid NOT NULL,
    version integer NOT NULL,
    settings jsonb NOT NULL,
    created_by uuid,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE public.business_hours (
    workspace_id uuid NOT NULL,
    team_id uuid,
    schedule jsonb NOT NULL
);

CREATE TABLE public.channel (
    id uuid NOT NULL,
    workspace_id uuid NOT NULL,
    connector text NOT NULL,
    name text NOT NULL,
    team_id uuid,
    settings jsonb DEFAULT '{}'::jsonb NOT NULL,
    sealed bytea,
    active boolean DEFAULT true NOT NULL,
    reopen_hours integer DEFAULT 24 NOT NULL,
    retention_days integer,
    health_state text DEFAULT 'unknown'::text NOT NULL,
    health_text text DEFAULT ''::text NOT NULL,
    health_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    bot_id uuid,
    bot_when text DEFAULT 'always'::text NOT NULL,
    bot_timeout_seconds integer,
    CONSTRAINT channel_bot_timeout CHECK (((bot_timeout_seconds >= 1) AND (bot_timeout_seconds <= 300))),
    CONSTRAINT channel_bot_when CHECK ((bot_when = ANY (ARRAY['always'::text, 'outside_hours'::text, 'delegated'::text]))),
    CONSTRAINT channel_health_state CHECK ((health_state = ANY (ARRAY['unknown'::text, 'ok'::text, 'failing'::text]))),
    CONSTRAINT channel_name_length CHECK (((length(name) >= 1) AND (length(name) <= 80))),
    CONSTRAINT channel_reopen_hours CHECK (((reopen_hours >= 0) AND (reopen_hours <= 8760)))
);

CREATE TABLE public.channel_automatic (
    workspace_id uuid NOT NULL,
    channel_id uuid NOT NULL,
    document jsonb NOT NULL,
    bots_wait interval,
    people_wait interval
);

CREATE TABLE public.channel_cursor (
    workspace_id uuid NOT NULL,
    channel_id uuid NOT NULL,
    cursor jsonb NOT NULL
);

CREATE TABLE public.contact (
    id uuid NOT NULL,
    workspace_id uuid NOT NULL,
    name text DEFAULT ''::text NOT NULL,
    attributes jsonb DEFAULT '{}'::jsonb NOT NULL,
    revision bigint DEFAULT 0 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    label_ids uuid[] DEFAULT '{}'::uuid[] NOT NULL,
    timezone text DEFAULT ''::text NOT NULL,
    language text DEFAULT ''::text NOT NULL,
    blocked_at timestamp with time zone,
    blocked_by uuid,
    merged_into uuid,
    tokens_due boolean DEFAULT true NOT NULL,
    tokens tsvector,
    tokens_name text,
    unindexed boolean GENERATED ALWAYS AS ((tokens_due OR (tokens_name IS DISTINCT FROM name))) STORED NOT NULL,
    CONSTRAINT contact_blocked CHECK (((blocked_at IS NULL) = (blocked_by IS NULL)))
);

CREATE TABLE public.contact_merge (
    id uuid NOT NULL,
    workspace_id uuid NOT NULL,
    contact_id uuid NOT NULL,
    other_id uuid NOT NULL,
    identity_ids uuid[] NOT NULL,
    note_ids uuid[] NOT NULL,
    brought jsonb NOT NULL,
    merged_by uuid NOT NULL,
    merged_at timestamp with time zone NOT NULL,
    undone_at timestamp with time zone,
    undone_by uuid
);

CREATE TABLE public.contact_note (
    id uuid NOT NULL,
    workspace_id uuid NOT NULL,
    contact_id uuid NOT NULL,
    author_id uuid NOT NULL,
    text text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    changed_at timestamp with time zone,
    CONSTRAINT contact_note_length CHECK (((length(text) >= 1) AND (length(text) <= 10000)))
);

CREATE TABLE public.conversation (
    id uuid NOT NULL,
    workspace_id uuid NOT NULL,
    number bigint NOT NULL,
    channel_id uuid NOT NULL,
    identity_id uuid NOT NULL,
    thread_key text DEFAULT ''::text NOT NULL,
    contact_id uuid NOT NULL,
    team_id uuid,
    status text DEFAULT 'open'::text NOT NULL,
    handler_kind text DEFAULT 'none'::text NOT NULL,
    handler_id uuid,
    epoch bigint DEFAULT 0 NOT NULL,
    revision bigint NOT NULL,
    subject text DEFAULT ''::text NOT NULL,
    label_ids uuid[] DEFAULT '{}'::uuid[] NOT NULL,
    message_count integer DEFAULT 0 NOT NULL,
    inbound_count integer DEFAULT 0 NOT NULL,
    last_message jsonb,
    last_activity_at timestamp with time zone NOT NULL,
    last_inbound_at timestamp with time zone,
    waiting_since timestamp with time zone,
    closed_at timestamp with time zone,
    closed_by_kind text,
    closed_by_id uuid,
    close_reason text,
    previous_id uuid,
    created_at timestamp with time zone NOT NULL,
    priority smallint DEFAULT 2 NOT NULL,
    snoozed_at timestamp with time zone,
    snoozed_until timestamp with time zone,
    snoozed_by uuid,
    bot jsonb,
    needs_help boolean DEFAULT false NOT NULL,
    handed_off text,
    CONSTRAINT conversation_closed CHECK (((status = 'closed'::text) = (closed_at IS NOT NULL))),
    CONSTRAINT conversation_closed_by_kind CHECK ((closed_by_kind = ANY (ARRAY['agent'::text, 'bot'::text, 'system'::text]))),
    CONSTRAINT conversation_closed_unhandled CHECK (((status = 'open'::text) OR (handler_kind = 'none'::text))),
    CONSTRAINT conversation_handed_off CHECK (((handed_off IS NULL) OR ((status = 'open'::text) AND (handler_kind = 'none'::text)))),
    CONSTRAINT conversation_handler CHECK (((handler_kind = 'none'::text) = (handler_id IS NULL))),
    CONSTRAINT conversation_handler_kind CHECK ((handler_kind = ANY (ARRAY['none'::text, 'agent'::text, 'bot'::text]))),
    CONSTRAINT conversation_needs_help CHECK (((NOT needs_help) OR (handler_kind = 'bot'::text))),
    CONSTRAINT conversation_priority_known CHECK (((priority >= 0) AND (priority <= 3))),
    CONSTRAINT conversation_snoozed_open CHECK (((snoozed_at IS NULL) OR (status = 'open'::text))),
    CONSTRAINT conversation_snoozed_whole CHECK ((((snoozed_at IS NULL) = (snoozed_by IS NULL)) AND ((snoozed_until IS NULL) OR (snoozed_at IS NOT NULL)))),
    CONSTRAINT conversation_status CHECK ((status = ANY (ARRAY['open'::text, 'closed'::text])))
);

CREATE TABLE public.delivery (
    workspace_id uuid NOT NULL,
    message_id uuid NOT NULL,
    part integer DEFAULT 0 NOT NULL,
    conversation_id uuid NOT NULL,
    channel_id uuid NOT NULL,
    seq integer NOT NULL,
    state text DEFAULT 'queued'::text NOT NULL,
    attempt integer DEFAULT 0 NOT NULL,
    run_at timestamp with time zone DEFAULT now() NOT NULL,
    lease_until timestamp with time zone,
    bot_epoch bigint,
    provider_id text,
    error_kind text,
    error_text text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    held_until timestamp with time zone,
    CONSTRAINT delivery_state CHECK ((state = ANY (ARRAY['queued'::text, 'sending'::text, 'sent'::text, 'delivered'::text, 'read'::text, 'failed'::text, 'uncertain'::text])))
);

CREATE TABLE public.draft (
    workspace_id uuid NOT NULL,
    conversation_id uuid NOT NULL,
    agent_id uuid NOT NULL,
    revision bigint NOT NULL,
    body jsonb NOT NULL,
    updated_at timestamp with time zone NOT NULL
);

CREATE TABLE public.event (
    workspace_id uuid NOT NULL,
    seq bigint NOT NULL,
    type text NOT NULL,
    conversation_id uuid,
    audience jsonb NOT NULL,
    actor text NOT NULL,
    payload text NOT NULL,
    at timestamp with time zone NOT NULL
);

CREATE TABLE public.file (
    id uuid NOT NULL,
    workspace_id uuid NOT NULL,
    channel_id uuid,
    conversation_id uuid,
    message_id uuid,
    uploaded_by uuid,
    name text NOT NULL,
    type text NOT NULL,
    size bigint NOT NULL,
    digest text NOT NULL,
    details jsonb DEFAULT '{}'::jsonb NOT NULL,
    source_url text,
    state text DEFAULT 'ready'::text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    renditions jsonb DEFAULT '{}'::jsonb NOT NULL,
    play_as text,
    converting_since timestamp with time zone,
    conversion_error text,
    links_revision integer DEFAULT 0 NOT NULL,
    quick_reply_id uuid,
    CONSTRAINT file_state CHECK ((state = ANY (ARRAY['ready'::text, 'pending'::text, 'failed'::text])))
);

CREATE TABLE public.idempotency_key (
    workspace_id uuid NOT NULL,
    agent_id uuid NOT NULL,
    key text NOT NULL,
    fingerprint bytea NOT NULL,
    status integer,
    body bytea,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE public.identity (
    id uuid NOT NULL,
    workspace_id uuid NOT NULL,
    contact_id uuid NOT NULL,
    connector text NOT NULL,
    scope text DEFAULT ''::text NOT NULL,
    address text NOT NULL,
    display_name text DEFAULT ''::text NOT NULL,
    verified boolean DEFAULT false NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE public.invitation (
    id uuid NOT NULL,
    workspace_id uuid NOT NULL,
    token_hash bytea NOT NULL,
    email text NOT NULL,
    role text NOT NULL,
    team_ids uuid[] DEFAULT '{}'::uuid[] NOT NULL,
    created_by uuid NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    accepted_at timestamp with time zone,
    CONSTRAINT invitation_role CHECK ((role = ANY (ARRAY['agent'::text, 'supervisor'::text, 'admin'::text])))
);

CREATE TABLE public.label (
    id uuid NOT NULL,
    workspace_id uuid NOT NULL,
    name text NOT NULL,
    color text DEFAULT 'grey'::text NOT NULL,
    CONSTRAINT label_name_length CHECK (((length(name) >= 1) AND (length(name) <= 80)))
);

CREATE TABLE public.log_consumer (
    consumer text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE public.log_cursor (
    consumer text NOT NULL,
    workspace_id uuid NOT NULL,
    seq bigint NOT NULL
);

CREATE TABLE public.message (
    id uuid NOT NULL,
    workspace_id uuid NOT NULL,
    conversation_id uuid NOT NULL,
    channel_id uuid NOT NULL,
    seq integer NOT NULL,
    kind text NOT NULL,
    direction text NOT NULL,
    author_kind text NOT NULL,
    author_id uuid,
    author_name text DEFAULT ''::text NOT NULL,
    client_message_id text,
    external_id text,
    text text DEFAULT ''::text NOT NULL,
    html text,
    quoted text,
    subject text,
    line jsonb,
    attachments jsonb DEFAULT '[]'::jsonb NOT NULL,
    mentions uuid[] DEFAULT '{}'::uuid[] NOT NULL,
    reply_to uuid,
    headers jsonb DEFAULT '{}'::jsonb NOT NULL,
    revision bigint NOT NULL,
    provider_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    reactions jsonb DEFAULT '[]'::jsonb NOT NULL,
    format text DEFAULT 'plain'::text NOT NULL,
    recipients jsonb,
    signature text,
    quoted_id uuid,
    bot jsonb,
    buttons jsonb,
    pressed text,
    CONSTRAINT message_author_kind CHECK ((author_kind = ANY (ARRAY['contact'::text, 'agent'::text, 'bot'::text, 'system'::text]))),
    CONSTRAINT message_direction CHECK ((direction = ANY (ARRAY['in'::text, 'out'::text, 'none'::text]))),
    CONSTRAINT message_format CHECK ((format = ANY (ARRAY['plain'::text, 'markdown'::text]))),
    CONSTRAINT message_kind CHECK ((kind = ANY (ARRAY['message'::text, 'note'::text, 'event'::text])))
);

CREATE TABLE public.message_search (
    workspace_id uuid NOT NULL,
    message_id uuid NOT NULL,
    conversation_id uuid NOT NULL,
    segment bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    tokens tsvector NOT NULL
);

CREATE TABLE public.notification (
    id uuid NOT NULL,
    workspace_id uuid NOT NULL,
    agent_id uuid NOT NULL,
    kind text NOT NULL,
    conversation_id uuid NOT NULL,
    message_id uuid,
    actor_name text DEFAULT ''::text NOT NULL,
    contact_name text DEFAULT ''::text NOT NULL,
    preview text DEFAULT ''::text NOT NULL,
    count integer DEFAULT 1 NOT NULL,
    app boolean DEFAULT true NOT NULL,
    push boolean DEFAULT false NOT NULL,
    email boolean DEFAULT false NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    read_at timestamp with time zone,
    mailed_at timestamp with time zone,
    pushed_at timestamp with time zone,
    CONSTRAINT notification_kind CHECK ((kind = ANY (ARRAY['mention'::text, 'assigned'::text, 'taken_over'::text, 'message'::text, 'new_conversation'::text])))
);

CREATE TABLE public.oidc_provider (
    id uuid NOT NULL,
    workspace_id uuid NOT NULL,
    name text NOT NULL,
    button text DEFAULT ''::text NOT NULL,
    issuer text NOT NULL,
    client_id text NOT NULL,
    sealed bytea,
    allowed_domains text[] NOT NULL,
    creates_agents boolean DEFAULT false NOT NULL,
    worked_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT oidc_provider_name_length CHECK (((length(name) >= 1) AND (length(name) <= 80)))
);

CREATE TABLE public.parked_status (
    workspace_id uuid NOT NULL,
    channel_id uuid NOT NULL,
    provider_id text NOT NULL,
    state text NOT NULL,
    error_text text,
    received_at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE public.push_subscription (
    id uuid NOT NULL,
    workspace_id uuid NOT NULL,
    agent_id uuid NOT NULL,
    session_hash bytea,
    endpoint text NOT NULL,
    p256dh text NOT NULL,
    auth text NOT NULL,
    created_at timestamp with time zone NOT NULL
);

CREATE TABLE public.quick_reply (
    id uuid NOT NULL,
    workspace_id uuid NOT NULL,
    scope text NOT NULL,
    owner_id uuid,
    team_id uuid,
    shortcut text NOT NULL,
    title text DEFAULT ''::text NOT NULL,
    body text NOT NULL,
    language text,
    attachment_ids uuid[] DEFAULT '{}'::uuid[] NOT NULL,
    usage_count bigint DEFAULT 0 NOT NULL,
    last_used_at timestamp with time zone,
    revision bigint NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    CONSTRAINT quick_reply_body_length CHECK ((length(body) <= 10000)),
    CONSTRAINT quick_reply_scope CHECK ((scope = ANY (ARRAY['mine'::text, 'team'::text, 'everyone'::text]))),
    CONSTRAINT quick_reply_shortcut_length CHECK (((length(shortcut) >= 1) AND (length(shortcut) <= 40))),
    CONSTRAINT quick_reply_title_length CHECK ((length(title) <= 120)),
    CONSTRAINT quick_reply_whose CHECK ((((scope = 'mine'::text) = (owner_id IS NOT NULL)) AND ((scope = 'team'::text) = (team_id IS NOT NULL))))
);

CREATE TABLE public.read_mark (
    workspace_id uuid NOT NULL,
    conversation_id uuid NOT NULL,
    agent_id uuid NOT NULL,
    inbound_count integer NOT NULL,
    message_seq integer NOT NULL
);

CREATE TABLE public.receipt (
    id uuid NOT NULL,
    workspace_id uuid NOT NULL,
    channel_id uuid NOT NULL,
    dedupe_key text NOT NULL,
    headers jsonb DEFAULT '{}'::jsonb NOT NULL,
    body bytea NOT NULL,
    received_at timestamp with time zone NOT NULL,
    outcome text NOT NULL,
    error text,
    replayed_at timestamp with time zone,
    CONSTRAINT receipt_outcome CHECK ((outcome = ANY (ARRAY['ingested'::text, 'ignored'::text, 'parked'::text])))
);

CREATE TABLE public.recovery_code (
    workspace_id uuid NOT NULL,
    agent_id uuid NOT NULL,
    code_hash bytea NOT NULL
);

CREATE TABLE public.saved_view (
    id uuid NOT NULL,
    workspace_id uuid NOT NULL,
    owner_id uuid NOT NULL,
    scope text NOT NULL,
    name text NOT NULL,
    view text NOT NULL,
    filter jsonb DEFAULT '{}'::jsonb NOT NULL,
    "position" integer DEFAULT 0 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT saved_view_name_length CHECK (((length(name) >= 1) AND (length(name) <= 80))),
    CONSTRAINT saved_view_scope CHECK ((scope = ANY (ARRAY['mine'::text, 'everyone'::text]))),
    CONSTRAINT saved_view_view CHECK ((view = ANY (ARRAY['inbox'::text, 'yours'::text, 'open'::text, 'automated'::text, 'closed'::text, 'active'::text])))
);

CREATE TABLE public.sealed_key (
    name text NOT NULL,
    sealed bytea NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE public.search_history (
    workspace_id uuid NOT NULL,
    indexed_to uuid DEFAULT '00000000-0000-0000-0000-000000000000'::uuid NOT NULL,
    finished boolean DEFAULT false NOT NULL
);

CREATE TABLE public.search_segment (
    id bigint NOT NULL,
    workspace_id uuid NOT NULL,
    first_message_id uuid NOT NULL,
    last_message_id uuid NOT NULL,
    messages integer NOT NULL,
    oldest_at timestamp with time zone NOT NULL,
    newest_at timestamp with time zone NOT NULL,
    subjects boolean DEFAULT false NOT NULL
);

ALTER TABLE public.search_segment ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.search_segment_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.session (
    token_hash bytea NOT NULL,
    workspace_id uuid NOT NULL,
    agent_id uuid NOT NULL,
    csrf_token text NOT NULL,
    user_agent text DEFAULT ''::text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    last_seen_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    entered_by text DEFAULT 'password'::text NOT NULL,
    CONSTRAINT session_entered_by CHECK ((entered_by = ANY (ARRAY['password'::text, 'provider'::text])))
);

CREATE TABLE public.sign_in_attempt (
    key bytea NOT NULL,
    failed integer NOT NULL,
    since timestamp with time zone NOT NULL
);

CREATE TABLE public.task (
    id uuid NOT NULL,
    workspace_id uuid,
    kind text NOT NULL,
    key text,
    payload jsonb DEFAULT '{}'::jsonb NOT NULL,
    run_at timestamp with time zone DEFAULT now() NOT NULL,
    lease_until timestamp with time zone,
    attempt integer DEFAULT 0 NOT NULL,
    state text DEFAULT 'queued'::text NOT NULL,
    error text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT task_state CHECK ((state = ANY (ARRAY['queued'::text, 'leased'::text, 'parked'::text])))
);

CREATE TABLE public.team (
    id uuid NOT NULL,
    workspace_id uuid NOT NULL,
    name text NOT NULL,
    color text DEFAULT 'blue'::text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT team_name_length CHECK (((length(name) >= 1) AND (length(name) <= 80)))
);

CREATE TABLE public.team_member (
    workspace_id uuid NOT NULL,
    team_id uuid NOT NULL,
    agent_id uuid NOT NULL
);

CREATE TABLE public.upload (
    id uuid NOT NULL,
    workspace_id uuid NOT NULL,
    uploaded_by uuid NOT NULL,
    channel_id uuid,
    name text NOT NULL,
    size bigint NOT NULL,
    voice boolean DEFAULT false NOT NULL,
    keep_metadata boolean DEFAULT false NOT NULL,
    received bigint DEFAULT 0 NOT NULL,
    parts uuid[] DEFAULT '{}'::uuid[] NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT upload_received CHECK (((received >= 0) AND (received <= size)))
);

CREATE TABLE public.workspace (
    id uuid NOT NULL,
    name text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    second_factor_required boolean DEFAULT false NOT NULL,
    password_sign_in boolean DEFAULT true NOT NULL,
    CONSTRAINT workspace_name_length CHECK (((length(name) >= 1) AND (length(name) <= 200)))
);

CREATE TABLE public.workspace_seq (
    workspace_id uuid NOT NULL,
    seq bigint DEFAULT 0 NOT NULL,
    conversation_number bigint DEFAULT 0 NOT NULL
);

ALTER TABLE ONLY public.agent
    ADD CONSTRAINT agent_id_unique UNIQUE (id);

ALTER TABLE ONLY public.agent_login
    ADD CONSTRAINT agent_login_once UNIQUE (workspace_id, provider_id, agent_id);

ALTER TABLE ONLY public.agent_login
    ADD CONSTRAINT agent_login_pkey PRIMARY KEY (workspace_id, provider_id, subject);

ALTER TABLE ONLY public.agent
    ADD CONSTRAINT agent_pkey PRIMARY KEY (workspace_id, id);

ALTER TABLE ONLY public.agent_presence
    ADD CONSTRAINT agent_presence_pkey PRIMARY KEY (workspace_id, agent_id);

ALTER TABLE ONLY public.agent_totp
    ADD CONSTRAINT agent_totp_pkey PRIMARY KEY (workspace_id, agent_id);

ALTER TABLE ONLY public.api_token
    ADD CONSTRAINT api_token_hash_unique UNIQUE (token_hash);

ALTER TABLE ONLY public.api_token
    ADD CONSTRAINT api_token_pkey PRIMARY KEY (workspace_id, id);

ALTER TABLE ONLY public.automatic_said
    ADD CONSTRAINT automatic_said_pkey PRIMARY KEY (workspace_id, conversation_id);

ALTER TABLE ONLY public.bot_lease
    ADD CONSTRAINT bot_lease_pkey PRIMARY KEY (workspace_id, conversation_id);

ALTER TABLE ONLY public.bot
    ADD CONSTRAINT bot_pkey PRIMARY KEY (workspace_id, id);

ALTER TABLE ONLY public.bot_shadow
    ADD CONSTRAINT bot_shadow_pkey PRIMARY KEY (workspace_id, id);

ALTER TABLE ONLY public.bot
    ADD CONSTRAINT bot_token_unique UNIQUE (token_hash);

ALTER TABLE ONLY public.bot_turn
    ADD CONSTRAINT bot_turn_pkey PRIMARY KEY (workspace_id, id);

ALTER TABLE ONLY public.bot_version
    ADD CONSTRAINT bot_version_pkey PRIMARY KEY (workspace_id, bot_id, version);

ALTER TABLE ONLY public.business_hours
    ADD CONSTRAINT business_hours_one UNIQUE NULLS NOT DISTINCT (workspace_id, team_id);

ALTER TABLE ONLY public.channel_automatic
    ADD CONSTRAINT channel_automatic_pkey PRIMARY KEY (workspace_id, channel_id);

ALTER TABLE ONLY public.channel_cursor
    ADD CONSTRAINT channel_cursor_pkey PRIMARY KEY (workspace_id, channel_id);

ALTER TABLE ONLY public.channel
    ADD CONSTRAINT channel_id_unique UNIQUE (id);

ALTER TABLE ONLY public.channel
    ADD CONSTRAINT channel_pkey PRIMARY KEY (workspace_id, id);

ALTER TABLE ONLY public.contact_merge
    ADD CONSTRAINT contact_merge_pkey PRIMARY KEY (workspace_id, id);

ALTER TABLE ONLY public.contact_note
    ADD CONSTRAINT contact_note_pkey PRIMARY KEY (workspace_id, id);

ALTER TABLE ONLY public.contact
    ADD CONSTRAINT contact_pkey PRIMARY KEY (workspace_id, id);

ALTER TABLE ONLY public.conversation
    ADD CONSTRAINT conversation_number_unique UNIQUE (workspace_id, number);

ALTER TABLE ONLY public.conversation
    ADD CONSTRAINT conversation_pkey PRIMARY KEY (workspace_id, id);

ALTER TABLE ONLY public.delivery
    ADD CONSTRAINT delivery_pkey PRIMARY KEY (workspace_id, message_id, part);

ALTER TABLE ONLY public.delivery
    ADD CONSTRAINT delivery_provider_id_unique UNIQUE (workspace_id, channel_id, provider_id);

ALTER TABLE ONLY public.draft
    ADD CONSTRAINT draft_pkey PRIMARY KEY (workspace_id, conversation_id, agent_id);

ALTER TABLE ONLY public.event
    ADD CONSTRAINT event_pkey PRIMARY KEY (workspace_id, seq);

ALTER TABLE ONLY public.file
    ADD CONSTRAINT file_id_unique UNIQUE (id);

ALTER TABLE ONLY public.file
    ADD CONSTRAINT file_pkey PRIMARY KEY (workspace_id, id);

ALTER TABLE ONLY public.idempotency_key
    ADD CONSTRAINT idempotency_key_pkey PRIMARY KEY (workspace_id, agent_id, key);

ALTER TABLE ONLY public.identity
    ADD CONSTRAINT identity_address_unique UNIQUE (workspace_id, connector, scope, address);

ALTER TABLE ONLY public.identity
    ADD CONSTRAINT identity_pkey PRIMARY KEY (workspace_id, id);

ALTER TABLE ONLY public.invitation
    ADD CONSTRAINT invitation_hash_unique UNIQUE (token_hash);

ALTER TABLE ONLY public.invitation
    ADD CONSTRAINT invitation_pkey PRIMARY KEY (workspace_id, id);

ALTER TABLE ONLY public.label
    ADD CONSTRAINT label_name_unique UNIQUE (workspace_id, name);

ALTER TABLE ONLY public.label
    ADD CONSTRAINT label_pkey PRIMARY KEY (workspace_id, id);

ALTER TABLE ONLY public.log_consumer
    ADD CONSTRAINT log_consumer_pkey PRIMARY KEY (consumer);

ALTER TABLE ONLY public.log_cursor
    ADD CONSTRAINT log_cursor_pkey PRIMARY KEY (consumer, workspace_id);

ALTER TABLE ONLY public.message
    ADD CONSTRAINT message_client_id_unique UNIQUE (workspace_id, conversation_id, client_message_id);

ALTER TABLE ONLY public.message
    ADD CONSTRAINT message_external_id_unique UNIQUE (workspace_id, channel_id, external_id);

ALTER TABLE ONLY public.message
    ADD CONSTRAINT message_pkey PRIMARY KEY (workspace_id, id);

ALTER TABLE ONLY public.message_search
    ADD CONSTRAINT message_search_pkey PRIMARY KEY (workspace_id, message_id);

ALTER TABLE ONLY public.message
    ADD CONSTRAINT message_seq_unique UNIQUE (workspace_id, conversation_id, seq);

ALTER TABLE ONLY public.notification
    ADD CONSTRAINT notification_pkey PRIMARY KEY (workspace_id, id);

ALTER TABLE ONLY public.oidc_provider
    ADD CONSTRAINT oidc_provider_id_unique UNIQUE (id);

ALTER TABLE ONLY public.oidc_provider
    ADD CONSTRAINT oidc_provider_pkey PRIMARY KEY (workspace_id, id);

ALTER TABLE ONLY public.parked_status
    ADD CONSTRAINT parked_status_pkey PRIMARY KEY (workspace_id, channel_id, provider_id, state);

ALTER TABLE ONLY public.push_subscription
    ADD CONSTRAINT push_subscription_endpoint_unique UNIQUE (endpoint);

ALTER TABLE ONLY public.push_subscription
    ADD CONSTRAINT push_subscription_pkey PRIMARY KEY (workspace_id, id);

ALTER TABLE ONLY public.quick_reply
    ADD CONSTRAINT quick_reply_pkey PRIMARY KEY (workspace_id, id);

ALTER TABLE ONLY public.read_mark
    ADD CONSTRAINT read_mark_pkey PRIMARY KEY (workspace_id, agent_id, conversation_id);

ALTER TABLE ONLY public.receipt
    ADD CONSTRAINT receipt_dedupe_unique UNIQUE (workspace_id, channel_id, dedupe_key);

ALTER TABLE ONLY public.receipt
    ADD CONSTRAINT receipt_pkey PRIMARY KEY (workspace_id, id);

ALTER TABLE ONLY public.recovery_code
    ADD CONSTRAINT recovery_code_pkey PRIMARY KEY (workspace_id, agent_id, code_hash);

ALTER TABLE ONLY public.saved_view
    ADD CONSTRAINT saved_view_pkey PRIMARY KEY (workspace_id, id);

ALTER TABLE ONLY public.sealed_key
    ADD CONSTRAINT sealed_key_pkey PRIMARY KEY (name);

ALTER TABLE ONLY public.search_history
    ADD CONSTRAINT search_history_pkey PRIMARY KEY (workspace_id);

ALTER TABLE ONLY public.search_segment
    ADD CONSTRAINT search_segment_id_unique UNIQUE (id);

ALTER TABLE ONLY public.search_segment
    ADD CONSTRAINT search_segment_pkey PRIMARY KEY (workspace_id, first_message_id);

ALTER TABLE ONLY public.session
    ADD CONSTRAINT session_pkey PRIMARY KEY (token_hash);

ALTER TABLE ONLY public.sign_in_attempt
    ADD CONSTRAINT sign_in_attempt_pkey PRIMARY KEY (key);

ALTER TABLE ONLY public.task
    ADD CONSTRAINT task_key_unique UNIQUE (key);

ALTER TABLE ONLY public.task
    ADD CONSTRAINT task_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.team_member
    ADD CONSTRAINT team_member_pkey PRIMARY KEY (workspace_id, team_id, agent_id);

ALTER TABLE ONLY public.team
    ADD CONSTRAINT team_name_unique UNIQUE (workspace_id, name);

ALTER TABLE ONLY public.team
    ADD CONSTRAINT team_pkey PRIMARY KEY (workspace_id, id);

ALTER TABLE ONLY public.upload
    ADD CONSTRAINT upload_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.workspace
    ADD CONSTRAINT workspace_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.workspace_seq
    ADD CONSTRAINT workspace_seq_pkey PRIMARY KEY (workspace_id);

CREATE INDEX agent_by_email ON public.agent USING btree (lower(email));

CREATE UNIQUE INDEX agent_email_unique ON public.agent USING btree (workspace_id, lower(email));

CREATE INDEX agent_login_by_agent ON public.agent_login USING btree (workspace_id, agent_id);

CREATE INDEX bot_lease_by_bot ON public.bot_lease USING btree (workspace_id, bot_id);

CREATE INDEX bot_lease_due ON public.bot_lease USING btree (deadline);

CREATE INDEX bot_shadow_by_conversation ON public.bot_shadow USING btree (workspace_id, conversation_id, bot_id, message_seq);

CREATE INDEX bot_shadow_newest ON public.bot_shadow USING btree (workspace_id, bot_id, id);

CREATE INDEX bot_turn_due ON public.bot_turn USING btree (run_at);

CREATE UNIQUE INDEX bot_turn_merged ON public.bot_turn USING btree (workspace_id, conversation_id, bot_id, shadow) WHERE ((state = 'due'::text) AND (type = ANY (ARRAY['conversation_started'::text, 'message_added'::text])));

CREATE UNIQUE INDEX bot_turn_one_runs ON public.bot_turn USING btree (workspace_id, conversation_id, bot_id, shadow) WHERE (state = 'running'::text);

CREATE INDEX contact_blocked ON public.contact USING btree (workspace_id, id) WHERE (blocked_at IS NOT NULL);

CREATE INDEX contact_by_name ON public.contact USING btree (workspace_id, lower(name), id);

CREATE INDEX contact_by_time ON public.contact USING btree (workspace_id, created_at DESC, id DESC);

CREATE INDEX contact_labels ON public.contact USING gin (label_ids) WHERE (label_ids <> '{}'::uuid[]);

CREATE INDEX contact_merge_by_contact ON public.contact_merge USING btree (workspace_id, contact_id, merged_at DESC) WHERE (undone_at IS NULL);

CREATE UNIQUE INDEX contact_merge_one ON public.contact_merge USING btree (workspace_id, other_id) WHERE (undone_at IS NULL);

CREATE INDEX contact_merged ON public.contact USING btree (workspace_id, merged_into) WHERE (merged_into IS NOT NULL);

CREATE INDEX contact_note_by_contact ON public.contact_note USING btree (workspace_id, contact_id, created_at DESC, id DESC);

CREATE INDEX contact_tokens ON public.contact USING gin (tokens);

CREATE INDEX contact_unindexed ON public.contact USING btree (workspace_id, id) WHERE unindexed;

CREATE INDEX conversation_automated ON public.conversation USING btree (workspace_id, needs_help DESC, last_activity_at DESC, id DESC) WHERE ((status = 'open'::text) AND (handler_kind = 'bot'::text) AND (snoozed_at IS NULL));

CREATE INDEX conversation_by_activity ON public.conversation USING btree (workspace_id, last_activity_at DESC, contact_id DESC);

CREATE INDEX conversation_by_contact ON public.conversation USING btree (workspace_id, contact_id, last_activity_at DESC);

CREATE INDEX conversation_by_identity ON public.conversation USING btree (workspace_id, channel_id, identity_id, thread_key, created_at DESC);

CREATE INDEX conversation_closed_labels ON public.conversation USING gin (label_ids) WHERE ((status = 'closed'::text) AND (label_ids <> '{}'::uuid[]));

CREATE INDEX conversation_closed_order ON public.conversation USING btree (workspace_id, closed_at DESC, id DESC) WHERE (status = 'closed'::text);

CREATE INDEX conversation_closed_priority ON public.conversation USING btree (workspace_id, team_id, priority, last_activity_at, id) WHERE (status = 'closed'::text);

CREATE INDEX conversation_inbox ON public.conversation USING btree (workspace_id, ((handed_off IS NULL)), COALESCE(waiting_since, last_activity_at), id) WHERE ((status = 'open'::text) AND (handler_kind = 'none'::text) AND (snoozed_at IS NULL));

CREATE UNIQUE INDEX conversation_one_open ON public.conversation USING btree (workspace_id, channel_id, identity_id, thread_key) WHERE (status = 'open'::text);

CREATE INDEX conversation_open ON public.conversation USING btree (workspace_id, handler_kind, last_activity_at DESC, id DESC) WHERE ((status = 'open'::text) AND (snoozed_at IS NULL));

CREATE INDEX conversation_priority ON public.conversation USING btree (workspace_id, team_id, handler_kind, priority, COALESCE(waiting_since, last_activity_at), id) WHERE ((status = 'open'::text) AND (snoozed_at IS NULL));

CREATE INDEX conversation_quiet ON public.conversation USING btree (workspace_id, channel_id, last_activity_at) WHERE ((status = 'open'::text) AND (waiting_since IS NULL) AND (snoozed_at IS NULL));

CREATE INDEX conversation_snoozed ON public.conversation USING btree (workspace_id, team_id, handler_kind, last_activity_at DESC, id DESC) WHERE (snoozed_at IS NOT NULL);

CREATE INDEX conversation_snoozed_due ON public.conversation USING btree (snoozed_until) WHERE (snoozed_until IS NOT NULL);

CREATE INDEX conversation_team_automated ON public.conversation USING btree (workspace_id, team_id, needs_help DESC, last_activity_at DESC, id DESC) WHERE ((status = 'open'::text) AND (handler_kind = 'bot'::text) AND (snoozed_at IS NULL));

CREATE INDEX conversation_team_closed ON public.conversation USING btree (workspace_id, team_id, closed_at DESC, id DESC) WHERE (status = 'closed'::text);

CREATE INDEX conversation_team_inbox ON public.conversation USING btree (workspace_id, team_id, ((handed_off IS NULL)), COALESCE(waiting_since, last_activity_at), id) WHERE ((status = 'open'::text) AND (handler_kind = 'none'::text) AND (snoozed_at IS NULL));

CREATE INDEX conversation_team_open ON public.conversation USING btree (workspace_id, team_id, handler_kind, last_activity_at DESC, id DESC) WHERE ((status = 'open'::text) AND (snoozed_at IS NULL));

CREATE INDEX conversation_waiting ON public.conversation USING btree (workspace_id, team_id, handler_kind, ((waiting_since IS NULL)), COALESCE(waiting_since, last_activity_at), id) WHERE ((status = 'open'::text) AND (snoozed_at IS NULL));

CREATE INDEX conversation_yours ON public.conversation USING btree (workspace_id, handler_id, last_activity_at DESC, id DESC) WHERE ((status = 'open'::text) AND (handler_id IS NOT NULL) AND (snoozed_at IS NULL));

CREATE INDEX delivery_due ON public.delivery USING btree (run_at) WHERE (state = ANY (ARRAY['queued'::text, 'sending'::text]));

CREATE INDEX delivery_in_order ON public.delivery USING btree (workspace_id, conversation_id, seq) WHERE (state = ANY (ARRAY['queued'::text, 'sending'::text]));

CREATE INDEX draft_by_agent ON public.draft USING btree (workspace_id, agent_id, updated_at DESC);

CREATE INDEX event_by_time ON public.event USING btree (at);

CREATE INDEX file_by_conversation ON public.file USING btree (workspace_id, conversation_id);

CREATE INDEX file_by_digest ON public.file USING btree (workspace_id, digest);

CREATE INDEX file_by_quick_reply ON public.file USING btree (workspace_id, quick_reply_id) WHERE (quick_reply_id IS NOT NULL);

CREATE INDEX file_converting ON public.file USING btree (workspace_id, message_id) WHERE (converting_since IS NOT NULL);

CREATE INDEX file_unused ON public.file USING btree (created_at) WHERE (message_id IS NULL);

CREATE INDEX idempotency_key_by_time ON public.idempotency_key USING btree (created_at);

CREATE INDEX identity_by_contact ON public.identity USING btree (workspace_id, contact_id);

CREATE INDEX message_search_tokens ON public.message_search USING gin (tokens) WITH (fastupdate=off);

CREATE INDEX notification_by_conversation ON public.notification USING btree (workspace_id, conversation_id);

CREATE INDEX notification_mailed ON public.notification USING btree (workspace_id, agent_id, mailed_at DESC) WHERE (mailed_at IS NOT NULL);

CREATE INDEX notification_newest ON public.notification USING btree (workspace_id, agent_id, updated_at DESC, id DESC);

CREATE INDEX notification_old ON public.notification USING btree (updated_at);

CREATE UNIQUE INDEX notification_one_unread ON public.notification USING btree (workspace_id, agent_id, conversation_id, kind) WHERE (read_at IS NULL);

CREATE INDEX notification_unmailed ON public.notification USING btree (workspace_id, agent_id, updated_at) WHERE ((read_at IS NULL) AND (mailed_at IS NULL) AND email);

CREATE INDEX push_subscription_by_agent ON public.push_subscription USING btree (workspace_id, agent_id);

CREATE INDEX push_subscription_by_session ON public.push_subscription USING btree (session_hash);

CREATE UNIQUE INDEX quick_reply_everyone_unique ON public.quick_reply USING btree (workspace_id, lower(shortcut), COALESCE(language, ''::text)) WHERE (scope = 'everyone'::text);

CREATE INDEX quick_reply_in_order ON public.quick_reply USING btree (workspace_id, lower(shortcut), id);

CREATE UNIQUE INDEX quick_reply_mine_unique ON public.quick_reply USING btree (workspace_id, owner_id, lower(shortcut), COALESCE(language, ''::text)) WHERE (scope = 'mine'::text);

CREATE UNIQUE INDEX quick_reply_team_unique ON public.quick_reply USING btree (workspace_id, team_id, lower(shortcut), COALESCE(language, ''::text)) WHERE (scope = 'team'::text);

CREATE INDEX receipt_by_time ON public.receipt USING btree (received_at);

CREATE INDEX receipt_parked ON public.receipt USING btree (workspace_id, received_at) WHERE (outcome = 'parked'::text);

CREATE INDEX saved_view_by_owner ON public.saved_view USING btree (workspace_id, owner_id);

CREATE INDEX session_by_agent ON public.session USING btree (workspace_id, agent_id);

CREATE UNIQUE INDEX session_id_unique ON public.session USING btree (id);

CREATE INDEX sign_in_attempt_by_age ON public.sign_in_attempt USING btree (since);

CREATE INDEX task_due ON public.task USING btree (run_at) WHERE (state = ANY (ARRAY['queued'::text, 'leased'::text]));

CREATE INDEX team_member_by_agent ON public.team_member USING btree (workspace_id, agent_id);

CREATE INDEX upload_by_age ON public.upload USING btree (created_at);

CREATE STATISTICS public.conversation_place (mcv) ON status, handler_kind FROM public.conversation;

ALTER TABLE ONLY public.agent_login
    ADD CONSTRAINT agent_login_agent FOREIGN KEY (workspace_id, agent_id) REFERENCES public.agent(workspace_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.agent_login
    ADD CONSTRAINT agent_login_provider FOREIGN KEY (workspace_id, provider_id) REFERENCES public.oidc_provider(workspace_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.agent_presence
    ADD CONSTRAINT agent_presence_agent FOREIGN KEY (workspace_id, agent_id) REFERENCES public.agent(workspace_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.agent_totp
    ADD CONSTRAINT agent_totp_agent FOREIGN KEY (workspace_id, agent_id) REFERENCES public.agent(workspace_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.agent
    ADD CONSTRAINT agent_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES public.workspace(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.api_token
    ADD CONSTRAINT api_token_agent FOREIGN KEY (workspace_id, agent_id) REFERENCES public.agent(workspace_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.automatic_said
    ADD CONSTRAINT automatic_said_conversation FOREIGN KEY (workspace_id, conversation_id) REFERENCES public.conversation(workspace_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.bot_lease
    ADD CONSTRAINT bot_lease_bot FOREIGN KEY (workspace_id, bot_id) REFERENCES public.bot(workspace_id, id);

ALTER TABLE ONLY public.bot_lease
    ADD CONSTRAINT bot_lease_conversation FOREIGN KEY (workspace_id, conversation_id) REFERENCES public.conversation(workspace_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.bot_shadow
    ADD CONSTRAINT bot_shadow_bot FOREIGN KEY (workspace_id, bot_id) REFERENCES public.bot(workspace_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.bot_shadow
    ADD CONSTRAINT bot_shadow_conversation FOREIGN KEY (workspace_id, conversation_id) REFERENCES public.conversation(workspace_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.bot_turn
    ADD CONSTRAINT bot_turn_bot FOREIGN KEY (workspace_id, bot_id) REFERENCES public.bot(workspace_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.bot_turn
    ADD CONSTRAINT bot_turn_conversation FOREIGN KEY (workspace_id, conversation_id) REFERENCES public.conversation(workspace_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.bot_version
    ADD CONSTRAINT bot_version_bot FOREIGN KEY (workspace_id, bot_id) REFERENCES public.bot(workspace_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.bot
    ADD CONSTRAINT bot_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES public.workspace(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.business_hours
    ADD CONSTRAINT business_hours_team FOREIGN KEY (workspace_id, team_id) REFERENCES public.team(workspace_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.business_hours
    ADD CONSTRAINT business_hours_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES public.workspace(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.channel_automatic
    ADD CONSTRAINT channel_automatic_channel FOREIGN KEY (workspace_id, channel_id) REFERENCES public.channel(workspace_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.channel
    ADD CONSTRAINT channel_bot FOREIGN KEY (workspace_id, bot_id) REFERENCES public.bot(workspace_id, id) ON DELETE SET NULL (bot_id);

ALTER TABLE ONLY public.channel_cursor
    ADD CONSTRAINT channel_cursor_channel FOREIGN KEY (workspace_id, channel_id) REFERENCES public.channel(workspace_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.channel
    ADD CONSTRAINT channel_team FOREIGN KEY (workspace_id, team_id) REFERENCES public.team(workspace_id, id) ON DELETE SET NULL (team_id);

ALTER TABLE ONLY public.channel
    ADD CONSTRAINT channel_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES public.workspace(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.contact_merge
    ADD CONSTRAINT contact_merge_contact FOREIGN KEY (workspace_id, contact_id) REFERENCES public.contact(workspace_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.contact_merge
    ADD CONSTRAINT contact_merge_other FOREIGN KEY (workspace_id, other_id) REFERENCES public.contact(workspace_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.contact
    ADD CONSTRAINT contact_merged_into FOREIGN KEY (workspace_id, merged_into) REFERENCES public.contact(workspace_id, id);

ALTER TABLE ONLY public.contact_note
    ADD CONSTRAINT contact_note_author FOREIGN KEY (workspace_id, author_id) REFERENCES public.agent(workspace_id, id);

ALTER TABLE ONLY public.contact_note
    ADD CONSTRAINT contact_note_contact FOREIGN KEY (workspace_id, contact_id) REFERENCES public.contact(workspace_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.contact
    ADD CONSTRAINT contact_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES public.workspace(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.conversation
    ADD CONSTRAINT conversation_channel FOREIGN KEY (workspace_id, channel_id) REFERENCES public.channel(workspace_id, id);

ALTER TABLE ONLY public.conversation
    ADD CONSTRAINT conversation_contact FOREIGN KEY (workspace_id, contact_id) REFERENCES public.contact(workspace_id, id);

ALTER TABLE ONLY public.conversation
    ADD CONSTRAINT conversation_identity FOREIGN KEY (workspace_id, identity_id) REFERENCES public.identity(workspace_id, id);

ALTER TABLE ONLY public.conversation
    ADD CONSTRAINT conversation_team FOREIGN KEY (workspace_id, team_id) REFERENCES public.team(workspace_id, id) ON DELETE SET NULL (team_id);

ALTER TABLE ONLY public.conversation
    ADD CONSTRAINT conversation_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES public.workspace(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.delivery
    ADD CONSTRAINT delivery_conversation FOREIGN KEY (workspace_id, conversation_id) REFERENCES public.conversation(workspace_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.delivery
    ADD CONSTRAINT delivery_message FOREIGN KEY (workspace_id, message_id) REFERENCES public.message(workspace_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.draft
    ADD CONSTRAINT draft_agent FOREIGN KEY (workspace_id, agent_id) REFERENCES public.agent(workspace_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.draft
    ADD CONSTRAINT draft_conversation FOREIGN KEY (workspace_id, conversation_id) REFERENCES public.conversation(workspace_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.draft
    ADD CONSTRAINT draft_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES public.workspace(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.event
    ADD CONSTRAINT event_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES public.workspace(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.file
    ADD CONSTRAINT file_conversation FOREIGN KEY (workspace_id, conversation_id) REFERENCES public.conversation(workspace_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.file
    ADD CONSTRAINT file_quick_reply FOREIGN KEY (workspace_id, quick_reply_id) REFERENCES public.quick_reply(workspace_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.file
    ADD CONSTRAINT file_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES public.workspace(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.idempotency_key
    ADD CONSTRAINT idempotency_key_agent FOREIGN KEY (workspace_id, agent_id) REFERENCES public.agent(workspace_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.identity
    ADD CONSTRAINT identity_contact FOREIGN KEY (workspace_id, contact_id) REFERENCES public.contact(workspace_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.invitation
    ADD CONSTRAINT invitation_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES public.workspace(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.label
    ADD CONSTRAINT label_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES public.workspace(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.log_cursor
    ADD CONSTRAINT log_cursor_consumer FOREIGN KEY (consumer) REFERENCES public.log_consumer(consumer) ON DELETE CASCADE;

ALTER TABLE ONLY public.log_cursor
    ADD CONSTRAINT log_cursor_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES public.workspace(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.message
    ADD CONSTRAINT message_channel FOREIGN KEY (workspace_id, channel_id) REFERENCES public.channel(workspace_id, id);

ALTER TABLE ONLY public.message
    ADD CONSTRAINT message_conversation FOREIGN KEY (workspace_id, conversation_id) REFERENCES public.conversation(workspace_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.message_search
    ADD CONSTRAINT message_search_message FOREIGN KEY (workspace_id, message_id) REFERENCES public.message(workspace_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.notification
    ADD CONSTRAINT notification_agent FOREIGN KEY (workspace_id, agent_id) REFERENCES public.agent(workspace_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.notification
    ADD CONSTRAINT notification_conversation FOREIGN KEY (workspace_id, conversation_id) REFERENCES public.conversation(workspace_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.oidc_provider
    ADD CONSTRAINT oidc_provider_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES public.workspace(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.parked_status
    ADD CONSTRAINT parked_status_channel FOREIGN KEY (workspace_id, channel_id) REFERENCES public.channel(workspace_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.push_subscription
    ADD CONSTRAINT push_subscription_agent FOREIGN KEY (workspace_id, agent_id) REFERENCES public.agent(workspace_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.push_subscription
    ADD CONSTRAINT push_subscription_session_hash_fkey FOREIGN KEY (session_hash) REFERENCES public.session(token_hash) ON DELETE CASCADE;

ALTER TABLE ONLY public.quick_reply
    ADD CONSTRAINT quick_reply_owner FOREIGN KEY (workspace_id, owner_id) REFERENCES public.agent(workspace_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.quick_reply
    ADD CONSTRAINT quick_reply_team FOREIGN KEY (workspace_id, team_id) REFERENCES public.team(workspace_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.quick_reply
    ADD CONSTRAINT quick_reply_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES public.workspace(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.read_mark
    ADD CONSTRAINT read_mark_agent FOREIGN KEY (workspace_id, agent_id) REFERENCES public.agent(workspace_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.read_mark
    ADD CONSTRAINT read_mark_conversation FOREIGN KEY (workspace_id, conversation_id) REFERENCES public.conversation(workspace_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.receipt
    ADD CONSTRAINT receipt_channel FOREIGN KEY (workspace_id, channel_id) REFERENCES public.channel(workspace_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.recovery_code
    ADD CONSTRAINT recovery_code_agent FOREIGN KEY (workspace_id, agent_id) REFERENCES public.agent(workspace_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.saved_view
    ADD CONSTRAINT saved_view_owner FOREIGN KEY (workspace_id, owner_id) REFERENCES public.agent(workspace_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.saved_view
    ADD CONSTRAINT saved_view_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES public.workspace(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.search_history
    ADD CONSTRAINT search_history_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES public.workspace(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.search_segment
    ADD CONSTRAINT search_segment_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES public.workspace(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.session
    ADD CONSTRAINT session_agent FOREIGN KEY (workspace_id, agent_id) REFERENCES public.agent(workspace_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.task
    ADD CONSTRAINT task_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES public.workspace(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.team_member
    ADD CONSTRAINT team_member_agent FOREIGN KEY (workspace_id, agent_id) REFERENCES public.agent(workspace_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.team_member
    ADD CONSTRAINT team_member_team FOREIGN KEY (workspace_id, team_id) REFERENCES public.team(workspace_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.team
    ADD CONSTRAINT team_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES public.workspace(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.upload
    ADD CONSTRAINT upload_agent FOREIGN KEY (workspace_id, uploaded_by) REFERENCES public.agent(workspace_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.upload
    ADD CONSTRAINT upload_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES public.workspace(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.workspace_seq
    ADD CONSTRAINT workspace_seq_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES public.workspace(id) ON DELETE CASCADE;
